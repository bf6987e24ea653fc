using System.Diagnostics;
using System.Runtime.InteropServices;
using MlNetVision.Classification;
using MlNetVision.Detection;
using MlNetVision.MlNet;

namespace MlNetVision.Tests.Inference;

/// <summary>The sample <c>AotApp</c>, compiled ahead of time: the four tasks, on bundled models and on saved ones.</summary>
[TestClass]
public sealed class AotAppTests
{
    private static readonly string Images = Path.Combine(Shared.Repository, "assets", "images");

    [TestMethod]
    public void PublishedAotApp_FourTasks_PrintsWhatTheLibraryFinds()
    {
        if (!OperatingSystem.IsLinux()) Absent.End("Linux: the linker is looked for there only");
        if (!IsOnPath("clang")) Absent.End("Debian's clang and zlib1g-dev, which link the app");
        using var folder = new TemporaryFolder();
        using (var detector = ObjectDetector.Load("blood-cells", new() { Detection = new() { Confidence = 0.4f } }))
        {
            detector.SaveZip(folder.Path("detector.zip"));
            detector.SaveStandaloneZip(folder.Path("standalone.zip"));
        }
        using (var classifier = ImageClassifier.Load("flowers", new() { Top = 2 })) classifier.SaveZip(folder.Path("classifier.zip"));
        string[][] runs =
        [
            ["detect", "blood-cells", Path.Combine(Images, "blood-smear.png")],
            ["detect", folder.Path("detector.zip"), Path.Combine(Images, "blood-smear.png")],
            ["detect", folder.Path("standalone.zip"), Path.Combine(Images, "blood-smear.png")],
            ["segment", "streets", Path.Combine(Images, "street.png")],
            ["classify", "flowers", Path.Combine(Images, "rose.png")],
            ["classify", folder.Path("classifier.zip"), Path.Combine(Images, "tulip.png")],
            ["stylize", "starry-night", Path.Combine(Images, "street.png")],
        ];

        Publish(folder.Path("app"));
        var (code, found) = Run(folder.Path("app/AotApp"), [.. runs.SelectMany(r => r)], Directory.CreateDirectory(folder.Path("empty")).FullName);

        Assert.AreEqual(0, code, found);
        Assert.IsFalse(File.Exists(folder.Path("app/AotApp.dll")), "the app is not native code");
        CollectionAssert.AreEqual(
            runs.SelectMany(r => TaskLines.Of(r[0], r[1], r[2])).ToArray(), found.Split('\n', StringSplitOptions.RemoveEmptyEntries), found);
    }

    /// <summary>Publishes for this machine, without a warning. The library is there already, built in the configuration of this test.</summary>
    private static void Publish(string folder)
    {
        var (code, log) = Run("dotnet",
        [
            "publish", Path.Combine(Shared.Repository, "src", "Samples", "AotApp"), "-c", Configuration, "-r", RuntimeInformation.RuntimeIdentifier,
            "-o", folder, "--nologo", "--disable-build-servers", "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false",
        ], Shared.Repository);
        if (log.Contains("error NU", StringComparison.Ordinal)) Absent.End($"NuGet's package of the native compiler: {log}");
        Assert.AreEqual(0, code, log);
        Assert.DoesNotContain("warning", log);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static (int Code, string Output) Run(string program, string[] arguments, string workingFolder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = workingFolder,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static bool IsOnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, program)));
}
