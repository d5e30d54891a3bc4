// The least that a process can do. Linked statically: what every start of the command is measured
// against.
int main() {}
