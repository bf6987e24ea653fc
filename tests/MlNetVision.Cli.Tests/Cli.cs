namespace MlNetVision.Cli.Tests;

/// <summary>Runs the program within the test's process.</summary>
internal static class Cli
{
    public static Task<CliResult> RunAsync(params string[] args) => RunAsync(Stream.Null, CancellationToken.None, args);

    public static async Task<CliResult> RunAsync(Stream input, CancellationToken cancellationToken, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(args, new Terminal(output, error, input), cancellationToken);
        return new CliResult(code, output.ToString(), error.ToString());
    }
}

/// <summary>What the shell would see of one run.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void AssertCode(int expected) => Assert.AreEqual(expected, Code, $"out: {Out}\nerror: {Error}");
}
