using System.Text.Json.Nodes;
using MlNetVision.Imaging;

namespace MlNetVision.Notebooks.Tests;

/// <summary>What is kept of the outputs of a kernel. The kernel itself runs in <c>run notebooks --check</c>, as CI does.</summary>
[TestClass]
public sealed class NotebookRunnerTests
{
    private static readonly NotebookSource Source = NotebookSource.Parse("lesson", "```csharp\n#r \"nuget: MlNetVision, 0.1.0\"\n```\ntext\n```csharp\nvar a = 1;\n```\n");

    [TestMethod]
    public void Clean_OutputsOfAKernel_KeepsWhatTheCellsShow()
    {
        var outputs = NotebookRunner.Clean(Source, Read(
            [
                Data("text/html", "\r\n<div>\r\n<script>async function probeAddresses(probingAddresses) {}</script></div>"),
                Data("text/html", "<div><div></div><div><strong>Installed Packages</strong><ul><li><span>MlNetVision, 0.1.0</span></li></ul></div></div>"),
                Data("text/plain", "Loading extensions from `/packages/skiasharp/SkiaSharp.DotNet.Interactive.dll`"),
            ],
            [Data("text/plain", "Loading is over"), Data("image/jpeg", "AAAA"), Stream("stdout", "one\ntwo\n")]));

        Assert.AreEqual("", string.Join(' ', outputs[0].Concat(outputs[1]).Select(o => o.Content)));
        CollectionAssert.AreEqual(
            new CellOutput[] { new("text/plain", "Loading is over"), new("image/jpeg", "AAAA"), new(CellOutput.Console, "one\ntwo\n") }, outputs[2].ToArray());
    }

    [TestMethod]
    [DataRow("stderr", "warning CS1701: Assuming assembly reference")]
    [DataRow("error", "System.InvalidOperationException: no")]
    public void Clean_WarningOrException_NamesTheCell(string kind, string text)
    {
        JsonObject node = kind == "error" ? new() { ["output_type"] = "error", ["ename"] = "Error", ["evalue"] = text } : Stream(kind, text);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => NotebookRunner.Clean(Source, Read([], [Data("text/plain", "a"), node])));
        StringAssert.StartsWith(error.Message, $"lesson, cell 3: {text}");
    }

    [TestMethod]
    [DataRow("text/plain", "21", "text/plain", "21", true)]
    [DataRow("text/plain", "21", "text/plain", "22", false)]
    [DataRow("text/plain", "21", "text/html", "21", false)]
    public void Matches_TwoTexts_OnlyTheSameCharacters(string mime, string content, string otherMime, string otherContent, bool expected) =>
        Assert.AreEqual(expected, new CellOutput(mime, content).Matches(new CellOutput(otherMime, otherContent)));

    [TestMethod]
    [DataRow(0, 0, "image/png", true, DisplayName = "the same image")]
    [DataRow(0, 2, "image/png", true, DisplayName = "rounded otherwise: 42 dB")]
    [DataRow(0, 40, "image/png", false, DisplayName = "darker")]
    [DataRow(1, 0, "image/png", false, DisplayName = "wider")]
    [DataRow(0, 0, "image/jpeg", false, DisplayName = "of another kind")]
    public void Matches_TwoImages_ThatLookAlike(int wider, int darker, string mime, bool expected) => Assert.AreEqual(
        expected, new CellOutput("image/png", Png(8, 200)).Matches(new CellOutput(mime, Png(8 + wider, 200 - darker))));

    private static string Png(int width, int level)
    {
        using var image = new RgbImage(width, 8);
        image.Pixels.Fill((byte)level);
        return Convert.ToBase64String(image.Encode(ImageFormat.Png));
    }

    private static JsonObject Data(string mime, string content) => new() { ["output_type"] = "display_data", ["data"] = new JsonObject { [mime] = content } };

    private static JsonObject Stream(string name, string text) => new() { ["output_type"] = "stream", ["name"] = name, ["text"] = text };

    private static IReadOnlyList<IReadOnlyList<CellOutput>> Read(JsonArray first, JsonArray last)
    {
        var path = Path.GetTempFileName();
        try
        {
            var notebook = JsonNode.Parse(NotebookFile.Write(Source, [[], [], []]))!;
            notebook["cells"]![0]!["outputs"] = first;
            notebook["cells"]![2]!["outputs"] = last;
            File.WriteAllText(path, notebook.ToJsonString());
            return NotebookFile.ReadOutputs(path, Source);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
