using System.Globalization;
using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet.Training;

[TestClass]
public sealed class HeadTrainingTests
{
    private const string Region = "[region]\nclasses=2\nnum=2\nanchors=1.5,2,3,4.25";
    private const string Yolo = "[yolo]\nclasses=2\nnum=3\nanchors=1,2,3,4,5,6\nmask=2,0";

    private const string Thresholds = "ignore_thresh=0.5 truth_thresh=1 iou_loss=0 ";
    private const string OriginalsDefaults = Thresholds + "iou_normalizer=1 " + OtherDefaults;
    private const string ForksDefaults = Thresholds + "iou_normalizer=0.75 " + OtherDefaults;

    private const string OtherDefaults = "cls_normalizer=1 obj_normalizer=1 delta_normalizer=1 iou_thresh=1 iou_thresh_kind=1 max_delta=3.4028235E+38 label_smooth_eps=0 objectness_smooth=0 counters_per_class= focal_loss=0 ";

    [TestMethod]
    [DataRow("", "classes=2 anchors=1.5,2,3,4.25 softmax=0 bias_match=0 rescore=0 thresh=0.5 object_scale=1 noobject_scale=1 class_scale=1 coord_scale=1 focal_loss=0 max=30 jitter=0.2 resize=1 random=0")]
    [DataRow("softmax=1\nbias_match=1\nrescore=1\nthresh=.6\nobject_scale=5\nnoobject_scale=2\nclass_scale=3\ncoord_scale=4\nmax=7\njitter=.3\nrandom=1",
        "classes=2 anchors=1.5,2,3,4.25 softmax=1 bias_match=1 rescore=1 thresh=0.6 object_scale=5 noobject_scale=2 class_scale=3 coord_scale=4 focal_loss=0 max=7 jitter=0.3 resize=1 random=1")]
    [DataRow("focal_loss=1\nresize=1.5",
        "classes=2 anchors=1.5,2,3,4.25 softmax=0 bias_match=0 rescore=0 thresh=0.5 object_scale=1 noobject_scale=1 class_scale=1 coord_scale=1 focal_loss=1 max=200 jitter=0.2 resize=1.5 random=0")]
    public void Heads_Region_HaveAllOptions(string options, string expected) => Assert.AreEqual(expected, Text($"{Region}\n{options}"));

    [TestMethod]
    [DataRow("", "scale_x_y=1 new_coords=0 " + OriginalsDefaults + "max=90 jitter=0.2 resize=1 random=0")]
    [DataRow("scale_x_y=1.05", "scale_x_y=1.05 new_coords=0 " + ForksDefaults + "max=200 jitter=0.2 resize=1 random=0")]
    [DataRow("ignore_thresh=.7\ntruth_thresh=.9\niou_loss=ciou\niou_normalizer=.07\ncls_normalizer=.5\nobj_normalizer=.4\ndelta_normalizer=2\niou_thresh=.213\n" +
        "iou_thresh_kind=diou\nmax_delta=5\nlabel_smooth_eps=.1\nobjectness_smooth=1\ncounters_per_class=10,20\nfocal_loss=1\nmax=9\njitter=.3\nresize=1.5\nrandom=1.4\nnew_coords=1",
        "scale_x_y=1 new_coords=1 ignore_thresh=0.7 truth_thresh=0.9 iou_loss=4 iou_normalizer=0.07 cls_normalizer=0.5 obj_normalizer=0.4 delta_normalizer=2 " +
        "iou_thresh=0.213 iou_thresh_kind=3 max_delta=5 label_smooth_eps=0.1 objectness_smooth=1 counters_per_class=10,20 focal_loss=1 max=9 jitter=0.3 resize=1.5 random=1.4")]
    [DataRow("iou_loss=mse", "scale_x_y=1 new_coords=0 " + ForksDefaults + "max=200 jitter=0.2 resize=1 random=0")]
    public void Heads_Yolo_HaveAllOptions(string options, string expected) =>
        Assert.AreEqual($"classes=2 anchors=1,2,3,4,5,6 mask=2,0 {expected}", Text($"{Yolo}\n{options}"));

    [TestMethod]
    [DataRow("iou", 1)]
    [DataRow("giou", 2)]
    [DataRow("diou", 3)]
    [DataRow("ciou", 4)]
    public void Heads_EachBoxLoss_HasItsNumber(string name, int number) =>
        Assert.AreEqual(number, Head($"{Yolo}\niou_loss={name}").Number("iou_loss", -1));

    [TestMethod]
    public void Parse_NetworksOfDebiansDarknet_HaveNoMisspeltOption()
    {
        const string folder = "/usr/share/darknet/cfg";
        if (!Directory.Exists(folder)) Absent.End("Debian's darknet");
        foreach (var name in (string[])["yolov2", "yolov2-voc", "yolov2-tiny", "yolov2-tiny-voc", "yolov3-tiny"])
            Assert.IsNotEmpty(DarknetTrainingNetwork.Load(Path.Combine(folder, $"{name}.cfg"), new() { Height = 64, Width = 64 }).Heads, name);
    }

    private static string Text(string head) => string.Join(' ', Head(head).Parameters.Select(
        p => $"{p.Key}={string.Join(',', p.Value.Select(v => ((float)v).ToString(CultureInfo.InvariantCulture)))}"));

    private static ImportedOutput Head(string head) =>
        DarknetTrainingNetwork.Parse($"[net]\nchannels=3\nheight=2\nwidth=3\n[convolutional]\nfilters=14\n{head}\n", "net").Heads.Single();
}
