using System.Text;

namespace MlNetVision.Notebooks;

/// <summary>Writes a notebook as a C# file-based app: text as comments, package lines as directives, <c>using</c> lines first.</summary>
internal static class FileAppWriter
{
    private const string Footer = """
        // What .NET Interactive offers a notebook, for a console: text is printed, images become files.

        static void display(string text) => Console.WriteLine(text + "\n");

        internal static class ConsoleDisplay
        {
            private static int _images;

            public static void DisplayAs(this string base64, string mime)
            {
                var arguments = Environment.GetCommandLineArgs();
                var folder = arguments.Length > 1 ? arguments[1] : "out/NAME";
                var file = $"NAME.{++_images:00}.{mime["image/".Length..].Replace("jpeg", "jpg")}";
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, file), Convert.FromBase64String(base64));
                Console.WriteLine($"[image: {Path.Combine(folder, file)}]\n");
            }
        }

        """;

    public static string Write(NotebookSource source)
    {
        var code = source.Cells.Where(c => c.IsCode).Select(c => c.Text).ToList();
        var app = new StringBuilder("#!/usr/bin/env dotnet\n");
        foreach (var package in code.SelectMany(PackageDirective.Find))
            app.Append(package.IsOwn ? $"#:project ../src/{package.Package}/{package.Package}.csproj\n" : $"#:package {package.Package}\n");
        app.Append("#:property PublishAot=false\n#:property RunAnalyzers=false\n\n"); // Cells are statements for readers, not a library.
        app.Append($"// Made from source/{source.Name}.md by src/Tools/MlNetVision.Notebooks: change that file, not this one.\n");
        app.Append($"// dotnet run notebooks/{source.Name}.cs [FOLDER for the images]\n");
        foreach (var line in code.SelectMany(Lines).Where(IsUsing).Distinct().Order(StringComparer.Ordinal)) app.Append(line).Append('\n');
        foreach (var cell in source.Cells)
        {
            if (IsTypes(cell)) continue;
            var body = cell.IsCode ? Code(cell.Text) : string.Join('\n', Lines(cell.Text).Select(line => $"// {line}".TrimEnd()));
            if (body.Length > 0) app.Append('\n').Append(body).Append('\n');
        }
        app.Append('\n').Append(Footer.ReplaceLineEndings("\n").Replace("NAME", source.Name, StringComparison.Ordinal));
        foreach (var cell in source.Cells.Where(IsTypes))
            app.Append("\n#pragma warning disable CS1591 // A program documents no types.\n").Append(Code(cell.Text)).Append('\n');
        return app.ToString();
    }

    // In a program, types stand behind all statements. No statement begins with "public".
    private static bool IsTypes(NotebookCell cell) => cell.IsCode && Code(cell.Text).StartsWith("public ", StringComparison.Ordinal);

    private static string Code(string cell) => string.Join('\n', Lines(PackageDirective.Remove(cell)).Where(line => !IsUsing(line))).Trim('\n');

    private static string[] Lines(string text) => text.Split('\n');

    // A directive ends in a name; a using statement or declaration has a bracket or "=" or "var".
    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('(', StringComparison.Ordinal)
            && !line.Contains("var ", StringComparison.Ordinal);
}
