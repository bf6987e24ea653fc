namespace MlNetVision.Cli;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Done = 0;

    /// <summary>Some images failed or could not be written, the rest are done; or the command ended on an unexpected error.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong, or names an output that cannot be written; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The model or the data set cannot be used.</summary>
    public const int BadModelOrData = 3;

    /// <summary>Ctrl-C or SIGTERM: what was done until then is kept. The shell's 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
