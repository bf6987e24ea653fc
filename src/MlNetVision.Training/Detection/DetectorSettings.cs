using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Training.Detection;

/// <summary>The settings of a detector's training as a report lists them.</summary>
internal static class DetectorSettings
{
    /// <param name="network">The network with the values that training started with.</param>
    /// <param name="images">The number of images for training and for validation.</param>
    /// <param name="done">The number of finished epochs and steps.</param>
    /// <param name="options">The settings.</param>
    /// <param name="start">Where the values and anchors are from; null: not known.</param>
    public static List<KeyValuePair<string, string>> Of(
        DarknetTrainingNetwork network, (int Train, int Validation) images, (int Epochs, long Steps) done, DetectorTrainingOptions options, DetectorStart? start = null)
    {
        var (resize, augmentation, settings) = (DetectorStart.ResizeOf(network), options.Augmentation, new List<KeyValuePair<string, string>>());
        void Add(string name, FormattableString value) => settings.Add(new(name, FormattableString.Invariant(value)));
        Add("network", $"{network.Model.Name}, {network.Layers.Sum(l => l.Values):#,0} values");
        Add("input", $"{resize.Width}×{resize.Height}, {resize.Mode.ToString().ToLowerInvariant()}");
        Add("layers with given values", $"{start?.LoadedLayers ?? network.LoadedLayers} of {network.Layers.Count(l => l.Parameters.Count > 0)}");
        if (start is not null) Add("anchors", $"{start.Anchors.Sizes.Count}, mean IoU {start.Anchors.Fit.MeanIoU:0.000}{(start.HasProposed ? ", by k-means" : "")}");
        Add("training images", $"{images.Train}");
        Add("validation images", $"{images.Validation}");
        Add("epochs", $"{done.Epochs} of {options.Epochs}");
        Add("steps", $"{done.Steps}");
        Add("batch size", $"{options.BatchSize}");
        var falls = options is { Schedule: RateSchedule.Step, StepEpochs: { } epochs } ? $" after epochs {string.Join(", ", epochs)}" : "";
        Add("learning rate", $"{options.Rate}, {options.Schedule.ToString().ToLowerInvariant()}{falls}, {options.WarmUpSteps} steps of warm-up");
        Add("optimiser", $"{options.Optimizer}, weight decay {options.WeightDecay}");
        Add("average of weights", $"{options.AverageDecay}");
        if (options.Freeze is { } freeze) Add("trained from", $"{freeze}");
        if (options.Sizes is { } sizes) Add("sizes", $"{sizes.Least} to {sizes.Most} of the input");
        Add("augmentation", $"jitter {augmentation.Jitter}, scale {augmentation.Scale}, flips {augmentation.HorizontalFlip} and {augmentation.VerticalFlip}, mosaic {augmentation.Mosaic}");
        Add("colours", $"brightness {augmentation.Brightness}, contrast {augmentation.Contrast}, saturation {augmentation.Saturation}, hue {augmentation.Hue}°");
        Add("random seed", $"{options.Seed}");
        return settings;
    }
}
