namespace MlNetVision.Cli.Hosting;

/// <summary>The arguments are well-formed each by itself but cannot be served together; ends the program with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);
