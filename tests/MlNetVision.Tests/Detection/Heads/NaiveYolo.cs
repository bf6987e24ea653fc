using MlNetVision.Detection;

namespace MlNetVision.Tests.Detection;

/// <summary>
/// Darknet's region_layer.c, yolo_layer.c and box.c put down plainly in double precision: activate everything, then read every box.
/// Boxes come out as centre and size, relative to the network's input, with one score a class.
/// </summary>
internal static class NaiveYolo
{
    public sealed record Box(double X, double Y, double W, double H, double Objectness, double[] Scores);

    public static List<Box> Decode(float[] chw, YoloHead head, int h, int w, int netW, int netH)
    {
        double Raw(int channel, int cell) => chw[channel * h * w + cell];
        double Logistic(double x) => head.NewCoordinates ? x : 1 / (1 + Math.Exp(-x));
        List<Box> boxes = [];
        for (var n = 0; n < head.Anchors.Count; n++)
        for (var row = 0; row < h; row++)
        for (var col = 0; col < w; col++)
        {
            var (first, cell) = (n * (5 + head.Classes), row * w + col);
            var classes = Enumerable.Range(0, head.Classes).Select(k => Raw(first + 5 + k, cell)).ToArray();
            var exps = classes.Select(x => Math.Exp(x - classes.Max())).ToArray();
            var objectness = Logistic(Raw(first + 4, cell));
            var scores = Enumerable.Range(0, head.Classes).Select(k => objectness * (head.SoftmaxClasses ? exps[k] / exps.Sum() : Logistic(classes[k])));
            var region = head.Kind == YoloHeadKind.Region;
            double Size(int channel, double anchor, int cells, int net)
            {
                var t = Raw(first + channel, cell);
                return (head.NewCoordinates ? t * t * 4 : Math.Exp(t)) * anchor / (region ? cells : net);
            }
            boxes.Add(new Box(
                (col + Logistic(Raw(first, cell)) * head.ScaleXY - 0.5 * (head.ScaleXY - 1)) / w,
                (row + Logistic(Raw(first + 1, cell)) * head.ScaleXY - 0.5 * (head.ScaleXY - 1)) / h,
                Size(2, head.Anchors[n].Width, w, netW), Size(3, head.Anchors[n].Height, h, netH), objectness, [.. scores]));
        }
        return boxes;
    }
}
