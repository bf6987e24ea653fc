using System.Diagnostics;
using System.Text.Json;
using MlNetVision.Detection.Evaluation;

namespace MlNetVision.Tests.Detection.Evaluation;

/// <summary>The same random scenes through COCO's own program, where Python has it (Debian's <c>python3-pycocotools</c>).</summary>
[TestClass]
public sealed class PycocotoolsTests
{
    private const string Python = "/usr/bin/python3";
    private static readonly string[] Classes = ["a", "b", "c"];

    [TestMethod]
    [DataRow(11)]
    [DataRow(12)]
    [DataRow(13)]
    public void Evaluate_RandomScenes_AgreesWithPycocotools(int seed)
    {
        if (!HasPycocotools()) Assert.Inconclusive($"needs {Python} with pycocotools");
        var scenes = RandomScenes.Make(new Random(seed), Classes, images: 60, difficult: false);
        var evaluator = new DetectionEvaluator(Classes);
        for (var i = 0; i < scenes.Count; i++) evaluator.Add($"{i}", scenes[i].Detections, scenes[i].Truths);

        using var answer = JsonDocument.Parse(Run(JsonSerializer.Serialize(Input(scenes))));

        var result = evaluator.Evaluate();
        Assert.AreEqual(answer.RootElement.GetProperty("mAP").GetDouble(), result.Map!.Value, 1e-9);
        Assert.AreEqual(answer.RootElement.GetProperty("mAP50").GetDouble(), result.Map50!.Value, 1e-9);
        Assert.AreEqual(answer.RootElement.GetProperty("mAP75").GetDouble(), result.Map75!.Value, 1e-9);
        for (var c = 0; c < Classes.Length; c++)
        {
            for (var t = 0; t < 10; t++)
                Assert.AreEqual(answer.RootElement.GetProperty("perClass")[c][t].GetDouble(), result.PerClass[c].ApByIoU![t], 1e-9, $"{Classes[c]} at threshold {t}");
        }
    }

    // Ids count from 1: pycocotools takes an annotation of id 0 for "no match".
    private static object Input(List<RandomScenes.Scene> scenes)
    {
        var id = 0;
        return new
        {
            truth = new
            {
                info = new { },
                images = scenes.Select((_, i) => new { id = i + 1, width = RandomScenes.Size, height = RandomScenes.Size }),
                categories = Classes.Select((name, i) => new { id = i + 1, name }),
                annotations = scenes.SelectMany((scene, i) => scene.Truths.Select(t => new
                {
                    id = ++id, image_id = i + 1, category_id = Array.IndexOf(Classes, t.Label) + 1, area = t.Box.Area, iscrowd = t.Crowd ? 1 : 0,
                    bbox = new[] { t.Box.Left, t.Box.Top, t.Box.Width, t.Box.Height },
                })).ToList(),
            },
            detections = scenes.SelectMany((scene, i) => scene.Detections.Select(d => new
            {
                image_id = i + 1, category_id = Array.IndexOf(Classes, d.Label) + 1, score = d.Score,
                bbox = new[] { d.Box.Left, d.Box.Top, d.Box.Width, d.Box.Height },
            })),
        };
    }

    private static bool HasPycocotools()
    {
        if (!File.Exists(Python)) return false;
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", "import pycocotools.cocoeval"]) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static string Run(string input)
    {
        var script = Path.Combine(Shared.Repository, "tests", "MlNetVision.Tests", "Detection", "Evaluation", "Pycocotools.py");
        using var process = Process.Start(new ProcessStartInfo(Python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Result;
    }
}
