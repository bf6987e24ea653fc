using System.Diagnostics;
using System.Xml.Linq;

namespace MlNetVision.Notebooks;

/// <summary>
/// The real kernel, .NET Interactive in Jupyter, as a reader has it: the packages of this repository come from a folder that the user's NuGet
/// configuration names, into a package cache of their own. All of it stands in a temporary folder with a home of its own.
/// </summary>
/// <remarks>It needs <c>jupyter nbconvert</c> (Debian: jupyter-nbconvert) and the .NET SDK. Dispose removes the folder.</remarks>
internal sealed class NotebookKernel : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlnetvision-kernel-");
    private readonly string _root;

    private NotebookKernel(string root) => _root = root;

    private string Home => Path.Combine(_folder.FullName, "home");

    /// <summary>Packs the repository's packages and installs the kernel.</summary>
    /// <param name="root">The folder of <c>MlNetVision.sln</c>.</param>
    /// <exception cref="InvalidOperationException">A program is missing or fails; the message says what it wrote.</exception>
    public static NotebookKernel Install(string root)
    {
        var kernel = new NotebookKernel(root);
        try
        {
            kernel.Install();
            return kernel;
        }
        catch
        {
            kernel.Dispose();
            throw;
        }
    }

    /// <summary>Runs all cells of a notebook file.</summary>
    /// <returns>The path of a copy with outputs.</returns>
    /// <exception cref="InvalidOperationException">A cell fails; the message has the end of what Jupyter wrote.</exception>
    public string Execute(string notebook)
    {
        var outputs = _folder.CreateSubdirectory("outputs").FullName;
        Run("jupyter", ["nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=900", "--output-dir", outputs, notebook]);
        return Path.Combine(outputs, Path.GetFileName(notebook));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Install()
    {
        var packages = Path.Combine(_folder.FullName, "packages");
        Run("dotnet", ["pack", "MlNetVision.sln", "-c", "Release", "-o", packages, "-v", "quiet", "--nologo"], ownHome: false);
        // The user's own sources, such as a mirror, and the packages.
        var sources = UserSources().Append(new XElement("add", new XAttribute("key", "MlNetVision"), new XAttribute("value", packages)));
        var configuration = Path.Combine(Directory.CreateDirectory(Path.Combine(Home, ".nuget", "NuGet")).FullName, "NuGet.Config");
        new XDocument(new XElement("configuration", new XElement("packageSources", sources))).Save(configuration);
        Run("dotnet", ["tool", "restore"]);
        var kernels = Directory.CreateDirectory(Path.Combine(_folder.FullName, "jupyter", "kernels")).FullName;
        Run("dotnet", ["interactive", "jupyter", "install", "--path", kernels]);
    }

    private static IEnumerable<XElement> UserSources()
    {
        var file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants("packageSources").Elements("add").Where(e => (string?)e.Attribute("key") != "MlNetVision")
            : [new XElement("add", new XAttribute("key", "nuget.org"), new XAttribute("value", "https://api.nuget.org/v3/index.json"))];
    }

    private void Run(string program, string[] arguments, bool ownHome = true)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _root, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1";
        if (ownHome)
        {
            start.Environment["HOME"] = Home;
            start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "cache");
            start.Environment["JUPYTER_PATH"] = Path.Combine(_folder.FullName, "jupyter");
        }
        using var process = Started(start);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        if (process.ExitCode == 0) return;
        throw new InvalidOperationException(
            $"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{text[Math.Max(0, text.Length - 4000)..]}");
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{start.FileName} could not be started; the notebooks run in Jupyter (Debian: apt-get install jupyter-nbconvert): {e.Message}", e);
        }
    }
}
