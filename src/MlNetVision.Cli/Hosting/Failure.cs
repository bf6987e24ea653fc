namespace MlNetVision.Cli.Hosting;

/// <summary>Turns an exception into one line on standard error and an exit code.</summary>
internal static class Failure
{
    public static int Report(Terminal terminal, Exception error)
    {
        if (error is AggregateException { InnerExceptions.Count: 1 } aggregate) error = aggregate.InnerException!;
        terminal.Debug(error.ToString());
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
        return IsExpected(error) ? line : $"unexpected {error.GetType().Name}: {line} (--verbosity debug shows where)";
    }

    private static bool IsExpected(Exception error) => error is BadImageException or BadModelException or BadDataSetException
        or UsageException or ArgumentException or IOException or UnauthorizedAccessException or HttpRequestException;

    private static int CodeOf(Exception error) => error switch
    {
        UsageException or ArgumentException => ExitCode.Usage,
        BadModelException or BadDataSetException => ExitCode.BadModelOrData,
        _ => ExitCode.Failed,
    };
}
