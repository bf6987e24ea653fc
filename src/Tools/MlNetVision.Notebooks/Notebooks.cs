using System.Diagnostics;
using System.Globalization;
using MlNetVision.Files;

namespace MlNetVision.Notebooks;

/// <summary>The commands of the tool. Each gives its exit code: 0 done, 1 a notebook fails or differs, 2 usage.</summary>
internal static class Notebooks
{
    public static int Usage()
    {
        Console.Error.WriteLine("""
            Usage:
              build FOLDER                 writes NAME.ipynb and NAME.cs for each FOLDER/source/NAME.md; unchanged cells keep their outputs
              run FOLDER [NAME…]           builds, runs the cells in .NET Interactive's kernel by Jupyter, and stores their outputs in NAME.ipynb
              run FOLDER --check [NAME…]   runs the cells and compares their outputs with the stored ones; writes nothing
              The kernel takes this library from the folder "packages" beside FOLDER: dotnet pack MlNetVision.sln -c Release -o packages
            """);
        return 2;
    }

    public static int Build(string folder)
    {
        foreach (var source in NotebookSource.LoadAll(folder)) Write(folder, source, NotebookFile.ReadOutputs(Ipynb(folder, source), source));
        return 0;
    }

    public static int Run(string folder, string[] names, bool check)
    {
        var sources = NotebookSource.LoadAll(folder).Where(s => names.Length == 0 || names.Contains(s.Name)).ToArray();
        if (names.Except(sources.Select(s => s.Name)).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"error: {folder} has no notebook '{unknown}'.");
            return 2;
        }
        try
        {
            var root = Path.GetFullPath(Path.Combine(folder, ".."));
            var packages = Path.Combine(root, "packages");
            if (!Directory.Exists(packages))
            {
                Console.Error.WriteLine($"error: there is no folder {packages}; make it with: dotnet pack MlNetVision.sln -c Release -o packages");
                return 2;
            }
            using var kernel = NotebookKernel.Install(root, packages);
            bool[] done = [.. sources.Select(source => Run(kernel, folder, source, check))];
            return done.All(d => d) ? 0 : 1;
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    private static bool Run(NotebookKernel kernel, string folder, NotebookSource source, bool check)
    {
        var file = Ipynb(folder, source);
        try
        {
            if (!check) Write(folder, source, NotebookFile.ReadOutputs(file, source));
            var clock = Stopwatch.StartNew();
            var outputs = NotebookRunner.Run(kernel, source, Path.GetFullPath(file));
            if (check) Compare(source, outputs, NotebookFile.ReadOutputs(file, source));
            else Write(folder, source, outputs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{source.Name}: {source.Cells.Count(c => c.IsCode)} cells ran, {outputs.Sum(o => o.Count)} outputs{(check ? " as stored" : "")}, "
                + $"{clock.Elapsed.TotalSeconds:0} s"));
            return true;
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine(e.Message);
            return false;
        }
    }

    private static void Write(string folder, NotebookSource source, IReadOnlyList<IReadOnlyList<CellOutput>> outputs)
    {
        AtomicFile.WriteText(Ipynb(folder, source), NotebookFile.Write(source, outputs));
        AtomicFile.WriteText(Path.Combine(folder, source.Name + ".cs"), FileAppWriter.Write(source));
    }

    private static void Compare(NotebookSource source, IReadOnlyList<IReadOnlyList<CellOutput>> now, IReadOnlyList<IReadOnlyList<CellOutput>> stored)
    {
        for (var i = 0; i < now.Count; i++)
        {
            if (now[i].Count == stored[i].Count && now[i].Zip(stored[i]).All(pair => pair.First.Matches(pair.Second))) continue;
            var images = now[i].Zip(stored[i]).Where(p => p.First.Mime == p.Second.Mime && p.First.IsImage)
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"\nsimilarity of an image: {p.First.Similarity(p.Second):0.0} dB"));
            throw new InvalidOperationException($"{source.Name}, cell {i + 1}: stored were\n{Describe(stored[i])}\nnow come\n{Describe(now[i])}{string.Concat(images)}");
        }
    }

    private static string Describe(IReadOnlyList<CellOutput> outputs) =>
        string.Join('\n', outputs.Select(o => $"  {o.Mime}: {o.Content[..Math.Min(o.Content.Length, 500)]}"));

    private static string Ipynb(string folder, NotebookSource source) => Path.Combine(folder, source.Name + ".ipynb");
}
