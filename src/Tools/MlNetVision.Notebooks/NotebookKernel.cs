using System.Text.Json;

namespace MlNetVision.Notebooks;

/// <summary>
/// The real kernel, .NET Interactive in Jupyter, as a reader has it: in an <see cref="EmptyHome"/>, with the packages of this repository and
/// nothing else of it.
/// </summary>
/// <remarks>It needs <c>jupyter nbconvert</c> (Debian: jupyter-nbconvert) and the .NET SDK. Dispose removes what it wrote.</remarks>
internal sealed class NotebookKernel : IDisposable
{
    private const string Package = "microsoft.dotnet-interactive";

    private readonly EmptyHome _home;
    private readonly string _root;

    private NotebookKernel(string root, EmptyHome home) => (_root, _home) = (root, home);

    /// <summary>Installs the kernel.</summary>
    /// <param name="root">The folder of <c>MlNetVision.sln</c>.</param>
    /// <param name="packages">The folder of this repository's packages.</param>
    /// <exception cref="InvalidOperationException">A program is missing or fails; the message says what it wrote.</exception>
    public static NotebookKernel Install(string root, string packages)
    {
        var kernel = new NotebookKernel(root, new EmptyHome(packages));
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
        var (folder, name) = (_home.NewFolder("notebooks"), Path.GetFileName(notebook));
        File.Copy(notebook, Path.Combine(folder, name));
        _home.Run("jupyter", ["nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=900", "--inplace", name], folder);
        return Path.Combine(folder, name);
    }

    public void Dispose() => _home.Dispose();

    private void Install()
    {
        using var versions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_root, ".config", "dotnet-tools.json")));
        var version = versions.RootElement.GetProperty("tools").GetProperty(Package).GetProperty("version").GetString()!;
        var (tools, jupyter) = (_home.NewFolder("tools"), _home.NewFolder("jupyter"));
        _home.Environment["PATH"] = tools + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        _home.Environment["JUPYTER_PATH"] = jupyter;
        _home.Run("dotnet", ["tool", "install", Package, "--version", version, "--tool-path", tools], tools);
        var kernels = Directory.CreateDirectory(Path.Combine(jupyter, "kernels")).FullName;
        _home.Run(Path.Combine(tools, "dotnet-interactive"), ["jupyter", "install", "--path", kernels], tools);
    }
}
