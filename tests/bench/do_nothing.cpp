// The least that a process can take: what the start of the command is compared with.
int main() {}
