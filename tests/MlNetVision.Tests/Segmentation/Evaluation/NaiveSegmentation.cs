namespace MlNetVision.Tests.Segmentation.Evaluation;

/// <summary>The metrics by their definitions as sets of pixels, class by class, pixel by pixel; no confusion matrix.</summary>
internal sealed class NaiveSegmentation(int classes, int? ignore, IReadOnlyList<(byte[] Truth, byte[] Predicted)> images)
{
    public double? MeanIoU => Enumerable.Range(0, classes).Where(c => c != ignore).Average(IoU);

    public double? PixelAccuracy => Average(Pixels().Select(p => p.Truth == p.Predicted));

    public double? MeanAccuracy => Enumerable.Range(0, classes).Where(c => c != ignore).Average(Accuracy);

    public double? FrequencyWeightedIoU
    {
        get
        {
            // Every pixel votes with the IoU of its true class.
            var pixels = Pixels().ToList();
            var iou = Enumerable.Range(0, classes).Select(IoU).ToList();
            return pixels.Count == 0 ? null : pixels.Average(p => iou[p.Truth]!.Value);
        }
    }

    public long Count(int truth, int predicted) => Pixels().Count(p => p.Truth == truth && p.Predicted == predicted);

    public double? IoU(int c) => Average(Pixels().Where(p => p.Truth == c || p.Predicted == c).Select(p => p.Truth == c && p.Predicted == c));

    public double? Accuracy(int c) => Average(Pixels().Where(p => p.Truth == c).Select(p => p.Predicted == c));

    private IEnumerable<(byte Truth, byte Predicted)> Pixels() => images.SelectMany(p => p.Truth.Zip(p.Predicted)).Where(p => p.First != ignore);

    private static double? Average(IEnumerable<bool> outcomes) => outcomes.Average(o => (double?)(o ? 1 : 0));
}
