using MlNetVision.Models;

namespace MlNetVision.Cli.Tests;

/// <summary>Gives all tests, and the processes they start, an empty model folder instead of the user's.</summary>
[TestClass]
public static class ModelFolderOfTests
{
    private static readonly TemporaryFolder Folder = new();

    [AssemblyInitialize]
    public static void Redirect(TestContext _) => Environment.SetEnvironmentVariable(ModelFolder.Variable, Folder["models"]);

    [AssemblyCleanup]
    public static void Delete() => Folder.Dispose();
}
