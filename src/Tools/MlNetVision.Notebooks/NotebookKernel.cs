namespace MlNetVision.Notebooks;

/// <summary>The real kernel, .NET Interactive in Jupyter, as a reader has it: in an <see cref="EmptyHome"/>, with the packages of this repository.</summary>
/// <remarks>It needs <c>jupyter nbconvert</c> (Debian: jupyter-nbconvert) and the .NET SDK. Dispose removes what it wrote.</remarks>
internal sealed class NotebookKernel : IDisposable
{
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
        var outputs = _home.NewFolder("outputs");
        _home.Run("jupyter", ["nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=900", "--output-dir", outputs, notebook], _root);
        return Path.Combine(outputs, Path.GetFileName(notebook));
    }

    public void Dispose() => _home.Dispose();

    private void Install()
    {
        var jupyter = _home.NewFolder("jupyter");
        _home.Environment["JUPYTER_PATH"] = jupyter;
        _home.Run("dotnet", ["tool", "restore"], _root);
        _home.Run("dotnet", ["interactive", "jupyter", "install", "--path", Directory.CreateDirectory(Path.Combine(jupyter, "kernels")).FullName], _root);
    }
}
