using System.Text;
using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>Which networks are those of AlexeyAB's fork, and how their images are resized.</summary>
[TestClass]
public sealed class DarknetForkTests
{
    private const string Yolo = "[yolo]\nclasses=1\nnum=2\nanchors=1,2,3,4";

    [TestMethod]
    [DataRow("", Yolo, "")]
    [DataRow("momentum=.9\nangle=0\nhue=.1\nflip=1", Yolo + "\njitter=.3\nignore_thresh=.7\ntruth_thresh=1\nrandom=1\nmax=90", "")]
    [DataRow("mosaic=1", "[activation]\nactivation=mish\n" + Yolo + "\nscale_x_y=1.05\niou_loss=ciou", "mosaic, mish, scale_x_y, iou_loss")]
    [DataRow("", Yolo + "\niou_thresh=.2\niou_normalizer=.1\ncls_normalizer=1\nnms_kind=greedynms\nbeta_nms=.6", "iou_thresh, iou_normalizer, cls_normalizer, nms_kind, …")]
    [DataRow("", "[route]\nlayers=-1\ngroups=2\n" + Yolo, "groups")]
    [DataRow("", "[convolutional]\ngroups=2\n" + Yolo, "")]
    [DataRow("", "[sam]\nfrom=-1\n" + Yolo, "[sam]")]
    [DataRow("cutmix=1", "[softmax]", "cutmix")]
    public void Signs_Network_AreTheForksOwnWords(string net, string layers, string expected) =>
        Assert.AreEqual(expected, string.Join(", ", DarknetFork.Signs(Parse(net, layers))));

    [TestMethod]
    public void Signs_NetworksOfDebiansDarknet_AreNone()
    {
        if (!Directory.Exists("/usr/share/darknet/cfg")) Absent.End("Debian's darknet");
        foreach (var file in Directory.GetFiles("/usr/share/darknet/cfg", "*.cfg"))
        {
            // Latin letters in a remark of one of them
            var config = DarknetConfig.Parse(File.ReadAllLines(file, Encoding.Latin1), file);
            Assert.IsEmpty(DarknetFork.Signs(config), file);
        }
    }

    [TestMethod]
    public void Signs_AreWordsThatTheOriginalsLibraryDoesNotHold()
    {
        const string library = "/usr/lib/darknet/libdarknet.so";
        if (!File.Exists(library)) Absent.End("Debian's darknet");
        var words = Encoding.Latin1.GetString(File.ReadAllBytes(library)).Split('\0').ToHashSet(StringComparer.Ordinal);

        Assert.Contains("jitter", words);
        Assert.Contains("[region]", words);
        // Words that the original knows in other sections only.
        string[] elsewhere = ["groups", "reverse"];
        Assert.IsEmpty(DarknetFork.Words.Except(elsewhere).Where(words.Contains));
    }

    [TestMethod]
    [DataRow("", "", ImportedFit.Letterbox)]
    [DataRow("", "scale_x_y=1.1", ImportedFit.Stretch)]
    [DataRow("mosaic=1", "", ImportedFit.Stretch)]
    [DataRow("mosaic=1\nletter_box=1", "scale_x_y=1.1", ImportedFit.Letterbox)]
    [DataRow("letter_box=1", "", ImportedFit.Letterbox)]
    [DataRow("letter_box=0", "", ImportedFit.Stretch)]
    public void Import_Detector_IsResizedAsItsProgramDoes(string net, string head, ImportedFit expected)
    {
        using var files = new DarknetFiles(Grid.Random(12, 2, 2), "");
        files.WriteCfg($"[net]\nchannels=12\nheight=2\nwidth=2\n{net}\n[dropout]\n{Yolo}\n{head}\n");

        Assert.AreEqual(expected, new DarknetImporter().Import(files.Cfg).Fit);
    }

    [TestMethod]
    public void Import_ForksClassifier_TakesTheCentre()
    {
        using var files = new DarknetFiles(Grid.Random(5, 4, 4), "[activation]\nactivation=mish\n[avgpool]\n[softmax]");

        var imported = new DarknetImporter().Import(files.Cfg);

        Assert.AreEqual((ImportedFit.CenterCrop, null), (imported.Fit, imported.FitReason));
    }

    private static DarknetConfig Parse(string net, string layers) =>
        DarknetConfig.Parse($"[net]\nwidth=4\nheight=4\nchannels=3\n{net}\n{layers}".Split('\n'), "test.cfg");
}
