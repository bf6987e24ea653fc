namespace MlNetVision.Models;

/// <summary>The folder of pulled models on this machine.</summary>
public static class ModelFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "MLNETVISION_MODELS";

    /// <summary>
    /// The folder that <c>MLNETVISION_MODELS</c> names, or <c>mlnetvision/models</c> in the user's local application data
    /// (<c>~/.local/share</c> on Linux). It need not exist; pulling creates it.
    /// </summary>
    public static string Path => Resolve(Environment.GetEnvironmentVariable(Variable));

    internal static string Resolve(string? variable)
    {
        if (!string.IsNullOrWhiteSpace(variable)) return System.IO.Path.GetFullPath(variable);
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(data, "mlnetvision", "models"));
    }
}
