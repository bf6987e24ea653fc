using System.Text.Json;

namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>What a built program says that it needs: its <c>.deps.json</c> (https://github.com/dotnet/sdk, documentation/specs/runtime-configuration-file.md).</summary>
/// <param name="Named">The packages and projects that its project file names, or one of this library's.</param>
/// <param name="NativeParts">The packages that hold native libraries and no assembly, each with the systems that it serves, such as <c>linux-x64</c>.</param>
internal sealed record BuiltDependencies(IReadOnlySet<string> Named, IReadOnlyDictionary<string, IReadOnlyList<string>> NativeParts)
{
    /// <summary>Reads the file beside a program.</summary>
    public static BuiltDependencies Read(string program)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(program, ".deps.json")));
        var libraries = file.RootElement.GetProperty("targets").EnumerateObject().Single().Value.EnumerateObject().ToDictionary(l => l.Name.Split('/')[0], l => l.Value);
        var named = libraries.Where(l => l.Key == Path.GetFileNameWithoutExtension(program) || l.Key.StartsWith("MlNetVision", StringComparison.Ordinal))
            .SelectMany(l => l.Value.TryGetProperty("dependencies", out var names) ? names.EnumerateObject().Select(d => d.Name).ToList() : []);
        var native = from library in libraries
                     where !library.Value.TryGetProperty("runtime", out _) && library.Value.TryGetProperty("runtimeTargets", out _)
                     let files = library.Value.GetProperty("runtimeTargets").EnumerateObject().Select(f => f.Value).ToList()
                     where files.TrueForAll(f => f.GetProperty("assetType").GetString() == "native")
                     select KeyValuePair.Create(library.Key, (IReadOnlyList<string>)[.. files.Select(f => f.GetProperty("rid").GetString()!)]);
        return new BuiltDependencies(named.ToHashSet(StringComparer.Ordinal), native.ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>
    /// Packages of native libraries for a system that neither the project file nor this library's names. They come along with another package, at the
    /// version that this one asks for, whatever the version of the managed part is, and go when it no longer asks.
    /// </summary>
    public IEnumerable<string> UnnamedNativeParts(string system) =>
        NativeParts.Where(p => p.Value.Any(rid => rid.StartsWith(system, StringComparison.Ordinal)) && !Named.Contains(p.Key)).Select(p => p.Key);
}
