namespace MlNetVision.Cli.Hosting;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Done = 0;

    /// <summary>
    /// Some images failed or could not be written, the rest are done; or nobody reads standard output any more, or the command ended on an
    /// unexpected error.
    /// </summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong, or names an output that cannot be written, or a device that is not there; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The model or the data set cannot be used.</summary>
    public const int BadModelOrData = 3;

    /// <summary>Ctrl-C or SIGTERM: what was done until then is kept. The shell's 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}

/// <summary>Each argument is well-formed, but they cannot be used together; ends the program with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Turns an exception into one line on standard error and an exit code.</summary>
internal static class Failure
{
    public static int Report(Terminal terminal, Exception error)
    {
        if (error is AggregateException { InnerExceptions.Count: 1 } aggregate) error = aggregate.InnerException!;
        terminal.Debug(error.ToString());
        if (error is OutputClosedException) return ExitCode.Failed; // whoever read standard output (| head) has what it wanted
        if (error is OperationCanceledException)
        {
            terminal.Fail("interrupted.");
            return ExitCode.Interrupted;
        }
        terminal.Fail(Describe(error));
        return CodeOf(error);
    }

    /// <summary>The message of an error in one line, as users and JSON get it.</summary>
    public static string Describe(Exception error)
    {
        var message = error is ArgumentException { ParamName: { } parameter }
            ? error.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)
            : error.Message;
        var line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (IsOfMemory(error)) return $"there is not enough memory: {line}";
        return IsExpected(error) ? line : $"unexpected {error.GetType().Name}: {line} (--verbosity debug shows where)";
    }

    /// <summary>A type that is used for the first time when memory runs out fails with an error of its own.</summary>
    private static bool IsOfMemory(Exception? error)
    {
        for (; error is not null; error = error.InnerException) if (error is OutOfMemoryException) return true;
        return false;
    }

    private static bool IsExpected(Exception error) => error is BadImageException or BadModelException or BadDataSetException or BadDeviceException
        or UsageException or ArgumentException or IOException or UnauthorizedAccessException or HttpRequestException;

    private static int CodeOf(Exception error) => error switch
    {
        UsageException or ArgumentException or BadDeviceException => ExitCode.Usage,
        BadModelException or BadDataSetException => ExitCode.BadModelOrData,
        _ => ExitCode.Failed,
    };
}
