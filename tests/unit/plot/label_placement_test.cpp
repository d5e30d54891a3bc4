#include "wordvec/plot/label_placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace wordvec::plot::label_placement_test {
namespace {

using Positions = std::vector<std::optional<LabelPosition>>;

LabelPlacementOptions options() {
  LabelPlacementOptions result;
  result.frame = {0, 0, 800, 600};
  return result;
}

std::vector<PointLabel> random_labels(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<PointLabel> labels(count);
  // More of them in the middle, as components are.
  const auto coordinate = [&](double size) {
    double sum = 0;
    for (int i = 0; i < 3; ++i) sum += static_cast<double>(random()) / 0x1p32;
    return 10 + (size - 20) * sum / 3;
  };
  for (PointLabel& label : labels) {
    label = {{coordinate(800), coordinate(600)}, 10 + static_cast<double>(random() % 50), 11};
  }
  return labels;
}

// Every promise of the header, by comparing all with all.
void expect_nothing_is_covered(const std::vector<PointLabel>& labels, const Positions& positions,
                               const LabelPlacementOptions& options) {
  ASSERT_EQ(positions.size(), labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!positions[i]) continue;
    const LabelPosition& label = *positions[i];
    EXPECT_TRUE(contains(options.frame, label.box));
    EXPECT_NEAR(label.box.width(), labels[i].width, 1e-9);
    EXPECT_NEAR(label.box.height(), labels[i].height, 1e-9);
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const Box mark = box_around(labels[j].point, options.point_radius);
      EXPECT_FALSE(overlap(label.box, mark)) << i << " covers the point " << j;
      const bool hidden_in_mark = contains(mark, box_around(labels[i].point, 0));
      if (label.leader && !hidden_in_mark) {
        EXPECT_FALSE(crosses(*label.leader, mark)) << "leader " << i << " crosses point " << j;
      }
      if (j == i || !positions[j]) continue;
      EXPECT_FALSE(overlap(label.box, positions[j]->box)) << i << " covers " << j;
      if (!label.leader) continue;
      EXPECT_FALSE(crosses(*label.leader, positions[j]->box)) << i << " strikes out " << j;
      if (positions[j]->leader) {
        EXPECT_FALSE(crosses(*label.leader, *positions[j]->leader)) << i << " crosses " << j;
      }
    }
  }
}

std::size_t placed(const Positions& positions) {
  return static_cast<std::size_t>(
      std::count_if(positions.begin(), positions.end(), [](const auto& p) { return !!p; }));
}

TEST(LabelPlacement, PutsALoneLabelRightOfItsPoint) {
  const std::vector<PointLabel> labels = {{{100, 100}, 40, 12}};
  const auto positions = place_labels(labels, {}, options());
  ASSERT_TRUE(positions[0]);
  // The mark's radius, 3, and the gap, 2.
  EXPECT_EQ(positions[0]->box.left, 105);
  EXPECT_EQ(positions[0]->box.top, 94);
  EXPECT_EQ(positions[0]->side, Side::left);
  EXPECT_FALSE(positions[0]->leader);
}

TEST(LabelPlacement, PutsALabelLeftOfAPointAtTheRightBorder) {
  const std::vector<PointLabel> labels = {{{790, 100}, 400, 12}};
  const auto positions = place_labels(labels, {}, options());
  ASSERT_TRUE(positions[0]);
  EXPECT_EQ(positions[0]->box.right, 785);
  EXPECT_EQ(positions[0]->side, Side::right);
}

TEST(LabelPlacement, CoversNothing) {
  for (const std::size_t count : {2U, 30U, 200U, 700U}) {
    const auto labels = random_labels(count, static_cast<std::uint32_t>(count));
    const auto positions = place_labels(labels, {}, options());
    expect_nothing_is_covered(labels, positions, options());
    EXPECT_GT(placed(positions), std::min<std::size_t>(count * 9 / 10, 150));
  }
}

TEST(LabelPlacement, UsesLeadersWhereItIsTight) {
  const auto labels = random_labels(400, 7);
  LabelPlacementOptions without = options();
  without.leader = 0;
  const auto near = place_labels(labels, {}, without);
  const auto with = place_labels(labels, {}, options());
  EXPECT_GT(placed(with), placed(near));
  for (const auto& position : near) EXPECT_FALSE(position && position->leader);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!with[i] || !with[i]->leader) continue;
    const Segment& leader = *with[i]->leader;
    // From the mark's border to the label's.
    EXPECT_NEAR(std::hypot(leader.from.x - labels[i].point.x, leader.from.y - labels[i].point.y), 3,
                1e-9);
    const Point end = nearest_point(with[i]->box, leader.to);
    EXPECT_NEAR(std::hypot(end.x - leader.to.x, end.y - leader.to.y), 0, 1e-9);
  }
}

TEST(LabelPlacement, MovesALabelThatIsInTheWay) {
  // Of two points in a flat frame the left one, placed second, has room on one side only: where the
  // first one is put before.
  LabelPlacementOptions flat = options();
  flat.frame = {0, 0, 130, 12};
  flat.leader = 0;
  const std::vector<PointLabel> labels = {{{56, 6}, 50, 12}, {{120, 6}, 50, 12}};
  const auto positions = place_labels(labels, {}, flat);
  expect_nothing_is_covered(labels, positions, flat);
  ASSERT_TRUE(positions[0]);
  ASSERT_TRUE(positions[1]);
  EXPECT_EQ(positions[0]->side, Side::right);
}

TEST(LabelPlacement, AvoidsLines) {
  const std::vector<PointLabel> labels = {{{100, 100}, 40, 12}};
  const std::vector<Segment> lines = {{{100, 100}, {200, 100}}};
  const auto positions = place_labels(labels, lines, options());
  ASSERT_TRUE(positions[0]);
  EXPECT_FALSE(crosses(lines[0], positions[0]->box));
}

TEST(LabelPlacement, LabelsTheSamePointSeveralTimes) {
  const std::vector<PointLabel> labels(5, {{100, 100}, 40, 12});
  const auto positions = place_labels(labels, {}, options());
  EXPECT_EQ(placed(positions), 5U);
  expect_nothing_is_covered(labels, positions, options());
}

// What one point far away makes of all the others. A label that is placed has at most 88 places to
// be looked at, and thousands that find none must not add to that.
TEST(LabelPlacement, TakesLittleWorkForManyPointsInOnePlace) {
  std::mt19937 random(11);
  std::vector<PointLabel> labels;
  for (int i = 0; i < 10000; ++i) {
    const double x = 300 + static_cast<double>(random() % 1000) / 1000;  // four spots
    const double y = 300 + static_cast<double>(random() % 1000) / 1000;
    labels.push_back({{x, y}, 20 + static_cast<double>(random() % 50), 11});
  }
  labels.push_back({{700, 500}, 40, 11});
  PlacementWork work;
  const auto positions = place_labels(labels, {}, options(), &work);
  expect_nothing_is_covered(labels, positions, options());
  EXPECT_GT(placed(positions), 5U);
  EXPECT_TRUE(positions.back());
  EXPECT_GT(work.candidates, placed(positions));
  EXPECT_LT(work.candidates, 100'000U);
  EXPECT_LT(work.boxes, 1'000'000U);
}

TEST(LabelPlacement, TakesBoundedWorkWherePointsAreDense) {
  std::mt19937 random(12);
  std::vector<PointLabel> labels;
  for (int i = 0; i < 1000; ++i) {
    const double x = 300 + static_cast<double>(random() % 5000) / 1000;
    const double y = 300 + static_cast<double>(random() % 5000) / 1000;
    labels.push_back({{x, y}, 20 + static_cast<double>(random() % 50), 11});
  }
  LabelPlacementOptions more = options();
  LabelPlacementOptions fewer = options();
  more.most_comparisons = 6'000'000;
  fewer.most_comparisons = 100'000;
  PlacementWork work;
  PlacementWork bounded;
  expect_nothing_is_covered(labels, place_labels(labels, {}, more, &work), options());
  const auto positions = place_labels(labels, {}, fewer, &bounded);
  expect_nothing_is_covered(labels, positions, options());
  EXPECT_GT(placed(positions), 2U);
  EXPECT_LT(work.boxes, 7'000'000U);  // the last label may take some more
  // The first attempts alone.
  EXPECT_LT(bounded.boxes, 2'000'000U);
}

TEST(LabelPlacement, HidesWhatHasNoPlace) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<PointLabel> labels = {
      {{100, 100}, 900, 12}, {{nan, 100}, 40, 12}, {{100, infinity}, 40, 12}, {{-5, 100}, 40, 12},
      {{200, 200}, nan, 12}, {{200, 200}, 0, 12},  {{300, 300}, 40, 12}};
  const auto positions = place_labels(labels, {}, options());
  EXPECT_EQ(placed(positions), 1U);
  EXPECT_TRUE(positions.back());
  EXPECT_TRUE(place_labels({}, {}, options()).empty());
}

TEST(LabelPlacement, IsTheSameEachTime) {
  const auto labels = random_labels(300, 3);
  const auto first = place_labels(labels, {}, options());
  const auto second = place_labels(labels, {}, options());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ASSERT_EQ(!first[i], !second[i]);
    if (!first[i]) continue;
    EXPECT_EQ(first[i]->box.left, second[i]->box.left);
    EXPECT_EQ(first[i]->box.top, second[i]->box.top);
  }
}

TEST(Geometry, SegmentsCrossBoxesOnlyInside) {
  const Box box{10, 10, 20, 20};
  EXPECT_TRUE(crosses(Segment{{0, 15}, {30, 15}}, box));
  EXPECT_TRUE(crosses(Segment{{12, 12}, {13, 13}}, box));
  EXPECT_TRUE(crosses(Segment{{15, 15}, {100, 100}}, box));
  EXPECT_FALSE(crosses(Segment{{0, 10}, {30, 10}}, box));  // along the border
  EXPECT_FALSE(crosses(Segment{{0, 0}, {5, 30}}, box));
  EXPECT_FALSE(crosses(Segment{{20, 15}, {30, 15}}, box));  // from the border on
  EXPECT_FALSE(crosses(Segment{{0, 25}, {25, 40}}, box));
}

}  // namespace
}  // namespace wordvec::plot::label_placement_test
