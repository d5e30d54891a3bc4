// Runs commands in turn and tells how long each took, from before the process is made until it has
// ended. A script's own way of starting a process takes longer than our fastest commands run.
//
//   time_processes ROUNDS < COMMANDS > TIMES
//
// COMMANDS: one a line, fields separated by tabs: the exit status that is expected, the file to
// read as standard input ("/dev/null" for none), the program's path, its arguments. Standard output
// and error go to /dev/null. TIMES: one line a run, in the order of the runs: the number of the
// command (from 0), nanoseconds, largest resident size in bytes. One round before the others is not
// told.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

namespace {

struct Command {
  int expected_status = 0;
  std::string input;
  std::vector<std::string> arguments;
};

struct Run {
  long long nanoseconds = 0;
  long long resident_bytes = 0;
};

std::vector<Command> read_commands() {
  std::vector<Command> commands;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::vector<std::string> fields;
    std::size_t begin = 0;
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
      end = line.find('\t', begin);
      fields.push_back(line.substr(begin, end - begin));
    }
    if (fields.size() < 3) {
      std::fprintf(stderr, "time_processes: found %zu fields, expected 3 or more: %s\n",
                   fields.size(), line.c_str());
      std::exit(2);
    }
    commands.push_back(
        {std::atoi(fields[0].c_str()), fields[1], {fields.begin() + 2, fields.end()}});
  }
  return commands;
}

void require(int error, const Command& command) {
  if (error == 0) return;
  std::fprintf(stderr, "time_processes: %s: %s\n", command.arguments[0].c_str(),
               std::strerror(error));
  std::exit(3);
}

Run run(const Command& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  require(posix_spawn_file_actions_init(&actions), command);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, command.input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);

  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  require(posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ), command);
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) require(errno, command);
  const auto took = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);

  if (!WIFEXITED(status) || WEXITSTATUS(status) != command.expected_status) {
    std::fprintf(stderr, "time_processes: wait status %d, expected exit status %d:", status,
                 command.expected_status);
    for (const std::string& argument : command.arguments) {
      std::fprintf(stderr, " %s", argument.c_str());
    }
    std::fputc('\n', stderr);
    std::exit(3);
  }
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(took).count(),
          usage.ru_maxrss * 1024LL};
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc == 2 ? std::atoi(argv[1]) : 0;
  if (rounds < 1) {
    std::fputs("usage: time_processes ROUNDS < COMMANDS\n", stderr);
    return 2;
  }
  const std::vector<Command> commands = read_commands();
  for (int round = -1; round < rounds; ++round) {
    for (std::size_t c = 0; c < commands.size(); ++c) {
      const Run result = run(commands[c]);
      if (round < 0) continue;
      std::printf("%zu %lld %lld\n", c, result.nanoseconds, result.resident_bytes);
    }
  }
}
