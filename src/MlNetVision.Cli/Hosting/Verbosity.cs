namespace MlNetVision.Cli.Hosting;

/// <summary>How much is written to standard error.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Errors, warnings, progress and what was written where.</summary>
    Normal,

    /// <summary>Also settings, timings and whole stack traces.</summary>
    Debug,
}
