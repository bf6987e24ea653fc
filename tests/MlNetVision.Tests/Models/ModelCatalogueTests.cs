using System.Text.Json;
using MlNetVision.Models;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class ModelCatalogueTests
{
    private const string Good = """
        { "labelSets": { "two": ["cat", "dog"] },
          "models": [ { "name": "net", "task": "detect", "description": "A test.", "source": "https://example.org/", "license": "MIT",
            "licenseSource": "here", "inputWidth": 416, "inputHeight": 320, "preprocess": "unit", "resize": "letterbox", "labels": "two",
            "head": { "format": "yolo-grid", "kind": "region", "anchors": [1, 2, 3.5, 4] },
            "files": [ { "name": "net.onnx", "address": "https://example.org/net.onnx", "size": 10,
              "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } ] } ] }
        """;

    [TestMethod]
    public void Parse_GoodText_GivesEveryValue()
    {
        var entry = ModelCatalogue.Parse(Good).Entries.Single();
        Assert.AreEqual("net", entry.Name);
        Assert.AreEqual((416, 320), (entry.InputWidth, entry.InputHeight));
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, entry.Labels.ToArray());
        Assert.AreEqual("yolo-grid", entry.Head!.Format);
        Assert.AreEqual("net.onnx", entry.ModelFile!.Name);
        Assert.AreEqual(10, entry.Size);
    }

    [TestMethod]
    [DataRow("\"task\": \"detect\"", "\"task\": \"guess\"", "as task one of detect")]
    [DataRow("\"preprocess\": \"unit\"", "\"preprocess\": \"bgr\"", "as preprocess one of unit")]
    [DataRow("\"resize\": \"letterbox\"", "\"resize\": \"fill\"", "as resize one of stretch")]
    [DataRow("\"labels\": \"two\"", "\"labels\": \"three\"", "labels of two; found three")]
    [DataRow("\"inputWidth\": 416", "\"inputWidth\": 0", "positive input size")]
    [DataRow("[1, 2, 3.5, 4]", "[1, 2, 3.5]", "pairs of positive numbers")]
    [DataRow("[1, 2, 3.5, 4]", "[1, -2]", "pairs of positive numbers")]
    [DataRow("\"region\"", "\"ssd\"", "a head of kind region, yolo; found ssd")]
    [DataRow("\"yolo-grid\"", "\"boxes\"", "a head of the format yolo-grid; found boxes")]
    [DataRow("\"format\": \"yolo-grid\", ", "", "a head of the format yolo-grid; found none")]
    [DataRow("\"head\": {", "\"head\": { \"typo\": 1,", "typo")]
    [DataRow("\"anchors\": [1, 2, 3.5, 4]", "\"anchors\": null", "anchors")]
    [DataRow(", \"anchors\": [1, 2, 3.5, 4]", "", "pairs of positive numbers; found none")]
    [DataRow("\"labels\": \"two\",", "", "labels beside its head")]
    [DataRow("0123456789abcdef\"", "0123456789ABCDEF\"", "SHA-256 of 64")]
    [DataRow("\"size\": 10", "\"size\": 0", "at least 1 byte")]
    [DataRow("\"size\": 10,", "", "size")]
    [DataRow("\"name\": \"net.onnx\"", "\"name\": \"../net.onnx\"", "plain file name")]
    [DataRow("\"name\": \"net.onnx\"", "\"name\": \"net.zip\"", ".onnx or .cfg")]
    [DataRow("https://example.org/net.onnx", "ftp://example.org/net.onnx", "http or https")]
    [DataRow("\"task\"", "\"typo\": 1, \"task\"", "typo")]
    [DataRow("\"description\": \"A test.\"", "\"description\": null", "description")]
    [DataRow("\"task\"", "\"bundled\": true, \"task\"", "no files, as it is bundled")]
    [DataRow("[\"cat\", \"dog\"]", "[\"cat\", null]", "null or empty")]
    [DataRow("[\"cat\", \"dog\"]", "null", "null or empty")]
    [DataRow("\"models\": [", "\"models\": [ null,", "null or empty")]
    [DataRow("\"files\": [", "\"files\": [ null,", "null or empty")]
    [DataRow("{ \"labelSets\"", "[ \"labelSets\"", "not a model catalogue")]
    public void Parse_BadValue_NamesCatalogueAndExpectation(string good, string bad, string expected)
    {
        Assert.Contains(good, Good);
        var e = Assert.ThrowsExactly<BadModelException>(() => ModelCatalogue.Parse(Good.Replace(good, bad, StringComparison.Ordinal), "mine.json"));
        StringAssert.StartsWith(e.Message, "mine.json: ");
        StringAssert.Contains(e.Message, expected);
    }

    [TestMethod]
    public void Parse_SameNameTwice_Throws()
    {
        var model = Good[Good.IndexOf("{ \"name\": \"net\"", StringComparison.Ordinal)..Good.LastIndexOf("] }", StringComparison.Ordinal)];
        var e = Assert.ThrowsExactly<BadModelException>(() => ModelCatalogue.Parse(Good.Replace(model, model + "," + model, StringComparison.Ordinal)));
        StringAssert.Contains(e.Message, "two models are called net");
    }

    [TestMethod]
    public void Get_UnknownName_ListsTheNames()
    {
        var e = Assert.ThrowsExactly<BadModelException>(() => ModelCatalogue.Default.Get("yolov9"));
        StringAssert.Contains(e.Message, "'yolov9'");
        StringAssert.Contains(e.Message, "yolov2-coco-9, tinyyolov2-7");
    }

    [TestMethod]
    [DataRow("yolov2-coco-9", 80, 5, "unit")]
    [DataRow("tinyyolov2-7", 20, 5, "raw")]
    [DataRow("tinyyolov2-8", 20, 5, "raw")]
    [DataRow("YOLOv2", 80, 0, "unit")]
    [DataRow("yolov2-tiny", 80, 0, "unit")]
    [DataRow("yolov3", 80, 0, "unit")]
    [DataRow("yolov3-tiny", 80, 0, "unit")]
    [DataRow("blood-cells", 3, 0, "unit")]
    [DataRow("streets", 11, 0, "tf")]
    [DataRow("flowers", 3, 0, "tf")]
    [DataRow("mobilenetv2-12", 0, 0, "imagenet")]
    [DataRow("squeezenet1.0-12", 0, 0, "caffe")]
    [DataRow("squeezenet1.1-7", 0, 0, "imagenet")]
    [DataRow("resnet50-v2-7", 0, 0, "imagenet")]
    [DataRow("vgg16-7", 0, 0, "imagenet")]
    [DataRow("fcn-resnet50-11", 21, 0, "imagenet")]
    [DataRow("fcn-resnet50-12", 21, 0, "imagenet")]
    [DataRow("fcn-resnet50-12-int8", 21, 0, "imagenet")]
    [DataRow("fcn-resnet50-12-qdq", 21, 0, "imagenet")]
    [DataRow("fcn-resnet101-11", 21, 0, "imagenet")]
    public void Default_Model_HasItsLabelsAnchorsAndPreprocessing(string name, int labels, int anchors, string preprocess)
    {
        var entry = ModelCatalogue.Default.Get(name);
        Assert.HasCount(labels, entry.Labels);
        Assert.AreEqual(anchors, entry.Head is { } head ? JsonDocument.Parse(head.Json).RootElement.GetProperty("anchors").GetArrayLength() / 2 : 0);
        Assert.AreEqual(preprocess, entry.Preprocess);
        Assert.AreEqual(name is "blood-cells" or "streets" or "flowers", entry.Bundled);
    }

    [TestMethod]
    public void Default_DarknetModels_AreTripletsOfOneStem()
    {
        var darknet = ModelCatalogue.Default.Entries.Where(e => e.ModelFile?.Name.EndsWith(".cfg", StringComparison.Ordinal) == true).ToArray();
        Assert.IsNotEmpty(darknet);
        foreach (var entry in darknet)
            CollectionAssert.AreEqual(new[] { ".cfg", ".weights", ".names" }.Select(x => entry.Name + x).ToArray(), entry.Files.Select(f => f.Name).ToArray());
    }

    [TestMethod]
    public void Default_ModelZooFiles_AgreeWithThePublishedList()
    {
        var published = File.ReadAllLines(Shared.Path("catalogue.tsv")).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t'))
            .ToDictionary(p => Path.GetFileName(p[0]));
        var zoo = ModelCatalogue.Default.Entries.SelectMany(e => e.Files).Where(f => f.Address.Host == "huggingface.co").ToArray();
        Assert.IsNotEmpty(zoo);
        foreach (var file in zoo)
        {
            var p = published[file.Name];
            Assert.AreEqual((p[1], long.Parse(p[2], System.Globalization.CultureInfo.InvariantCulture)), (file.Sha256, file.Size));
            StringAssert.EndsWith(file.Address.AbsolutePath, "/resolve/main/" + p[0]);
        }
    }

    [TestMethod]
    [DataRow("coco")]
    [DataRow("voc")]
    public void Default_Labels_AgreeWithDarknetsFiles(string set)
    {
        var names = File.ReadAllLines(Shared.Path("models", "darknet", set + ".names"));
        var entry = ModelCatalogue.Default.Get(set == "coco" ? "yolov2-coco-9" : "tinyyolov2-8");
        CollectionAssert.AreEqual(names, entry.Labels.ToArray());
    }
}
