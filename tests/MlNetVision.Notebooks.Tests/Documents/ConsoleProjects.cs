using System.Diagnostics;
using System.Reflection;
using System.Xml.Linq;

namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>
/// Projects of pages, as a reader would have them beside the clone. All are built by one <c>dotnet build</c>, each with its first
/// program; further programs are compiled into a project's output folder, with what the build gave its compiler.
/// </summary>
internal sealed class ConsoleProjects : IDisposable
{
    /// <summary>How long a build or a program may take, on a slow machine that does other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private static readonly string Configuration = typeof(ConsoleProjects).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    // The projects of the repository are built already, in this configuration, and other tests run from them. The audit asks the network.
    private const string Properties = """
        <Project>
          <PropertyGroup>
            <BuildProjectReferences>false</BuildProjectReferences>
            <ShouldUnsetParentConfigurationAndPlatform>false</ShouldUnsetParentConfigurationAndPlatform>
            <NuGetAudit>false</NuGetAudit>
            <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
          </PropertyGroup>
        </Project>
        """;

    private const string Targets = """
        <Project>
          <Target Name="WriteReferences" BeforeTargets="CoreCompile">
            <WriteLinesToFile File="$(MSBuildProjectDirectory)/references.txt" Lines="@(ReferencePathWithRefAssemblies)" Overwrite="true" />
          </Target>
        </Project>
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetvision-");
    private readonly List<string> _names = [];
    private string _log = "";

    /// <summary>A folder for what programs write, removed with the projects.</summary>
    public string Temporary => _folder.CreateSubdirectory("temporary").FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Adds a project before the build.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="project">The project file; references to this repository's projects and packages are resolved.</param>
    /// <param name="program">Its <c>Program.cs</c>.</param>
    public void Add(string name, XElement project, string program)
    {
        var folder = _folder.CreateSubdirectory(name).FullName;
        Resolve(project).Save(Path.Combine(folder, name + ".csproj"));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        _names.Add(name);
    }

    /// <summary>Builds all. A project that does not build is told of where it is used.</summary>
    public async Task BuildAsync()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "Directory.Build.props"), Properties);
        File.WriteAllText(Path.Combine(_folder.FullName, "Directory.Build.targets"), Targets);
        var solution = Path.Combine(_folder.FullName, "all.slnx");
        new XElement("Solution", _names.Select(name => new XElement("Project", new XAttribute("Path", $"{name}/{name}.csproj")))).Save(solution);
        var (_, output, error) = await RunAsync(["build", solution, "-c", Configuration, "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"], _folder.FullName);
        _log = output + error;
    }

    /// <summary>The program that <c>dotnet build</c> made of a project.</summary>
    public string Built(string name)
    {
        var path = Path.Combine(Output(name), name + ".dll");
        return File.Exists(path) ? path : throw new InvalidOperationException($"{name}: the project does not build.\n{_log}");
    }

    /// <summary>The code with the implicit usings and the references of a project.</summary>
    public ConsoleProgram Program(string name, string code)
    {
        var folder = Path.Combine(_folder.FullName, name);
        var references = Path.Combine(folder, "references.txt");
        if (!File.Exists(references)) throw new InvalidOperationException($"{name}: the project does not build.\n{_log}");
        var usings = Path.Combine(folder, "obj", Configuration, Path.GetFileName(Output(name)), name + ".GlobalUsings.g.cs");
        return new ConsoleProgram(code, File.Exists(usings) ? File.ReadAllText(usings) : "", File.ReadAllLines(references));
    }

    /// <summary>Compiles a program into the project's output folder, where it finds what the project's own program finds.</summary>
    public string Compile(string name, string file, ConsoleProgram program)
    {
        var built = Built(name);
        var path = Path.Combine(Path.GetDirectoryName(built)!, file + ".dll");
        foreach (var extension in new[] { ".deps.json", ".runtimeconfig.json" }) File.Copy(Path.ChangeExtension(built, extension), Path.ChangeExtension(path, extension));
        program.Write(path);
        return path;
    }

    /// <summary>Runs a program, or a command of the SDK.</summary>
    public async Task<(int Code, string Out, string Error)> RunAsync(IEnumerable<string> arguments, string workingFolder)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = workingFolder };
        // What programs write into the folder of temporary files, and what the library keeps between runs, goes with the test.
        start.Environment["TMPDIR"] = start.Environment["TMP"] = start.Environment["MLNETVISION_MODELS"] = Temporary;
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private string Output(string name) => Directory.GetDirectories(Path.Combine(_folder.FullName, name, "bin", Configuration)).Single();

    /// <summary>Paths beside the clone become paths in this repository, and its packages its projects.</summary>
    private static XElement Resolve(XElement project)
    {
        const string Clone = "../MlNetVision/";
        var resolved = new XElement(project);
        foreach (var reference in resolved.Descendants("ProjectReference"))
        {
            var path = reference.Attribute("Include")!;
            Assert.StartsWith(Clone, path.Value, "A project stands beside the clone.");
            path.Value = Path.Combine(DocumentPage.Root, path.Value[Clone.Length..]);
        }
        foreach (var package in resolved.Descendants("PackageReference").ToList())
        {
            var name = package.Attribute("Include")!.Value;
            var own = Path.Combine(DocumentPage.Root, "src", name, name + ".csproj");
            if (File.Exists(own)) package.ReplaceWith(new XElement("ProjectReference", new XAttribute("Include", own)));
        }
        return resolved;
    }
}
