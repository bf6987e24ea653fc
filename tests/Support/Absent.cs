namespace MlNetVision.Tests;

/// <summary>What becomes of a test whose independent program or data is not there.</summary>
internal static class Absent
{
    /// <summary>Ends the test as skipped, or as failed where MLNETVISION_TESTS_MUST_RUN is set, as continuous integration does.</summary>
    /// <param name="what">What is absent, such as "Debian's darknet".</param>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void End(string what)
    {
        if (Environment.GetEnvironmentVariable("MLNETVISION_TESTS_MUST_RUN") is { Length: > 0 }) Assert.Fail($"needs {what}");
        Assert.Inconclusive($"needs {what}");
    }
}
