using System.ComponentModel;
using System.Diagnostics;
using System.Xml.Linq;

namespace MlNetVision.Notebooks;

/// <summary>
/// A machine as a reader has it, who took the packages: a temporary folder with a home, a package cache and a NuGet configuration of its own.
/// The configuration names the user's own sources, such as a mirror, and a folder of packages. Dispose removes the folder.
/// </summary>
internal sealed class EmptyHome : IDisposable
{
    private const string SourceName = "MlNetVision";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetvision-home-");

    /// <param name="packages">The folder of this repository's packages.</param>
    public EmptyHome(string packages)
    {
        var sources = UserSources().Append(Add(SourceName, Path.GetFullPath(packages)));
        var configuration = Path.Combine(Directory.CreateDirectory(Path.Combine(Home, ".nuget", "NuGet")).FullName, "NuGet.Config");
        new XDocument(new XElement("configuration", new XElement("packageSources", sources))).Save(configuration);
        Environment = new Dictionary<string, string>
        {
            ["HOME"] = Home, ["DOTNET_CLI_HOME"] = Home, ["NUGET_PACKAGES"] = NewFolder("cache"), ["XDG_CACHE_HOME"] = Path.Combine(Home, ".cache"),
            ["XDG_DATA_HOME"] = Path.Combine(Home, ".local", "share"), ["TMPDIR"] = NewFolder("temporary"),
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1",
        };
    }

    /// <summary>What programs run with, beside the variables of this process.</summary>
    public Dictionary<string, string> Environment { get; }

    private string Home => Path.Combine(_folder.FullName, "home");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A folder of this name beside the home.</summary>
    public string NewFolder(string name) => _folder.CreateSubdirectory(name).FullName;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote: standard output, then standard error.</returns>
    /// <exception cref="InvalidOperationException">It cannot be started, or its exit code is not 0; the message has the end of what it wrote.</exception>
    public string Run(string program, IReadOnlyList<string> arguments, string workingFolder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        using var process = Started(start);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        if (process.ExitCode == 0) return text;
        throw new InvalidOperationException(
            $"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{text[Math.Max(0, text.Length - 4000)..]}");
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private static IEnumerable<XElement> UserSources()
    {
        var file = Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("packageSources").Elements("add").Where(e => (string?)e.Attribute("key") != SourceName)
            : [Add("nuget.org", "https://api.nuget.org/v3/index.json")];
    }

    private static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));
}
