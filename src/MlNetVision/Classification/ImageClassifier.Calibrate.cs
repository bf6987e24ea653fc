using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Classification;

public sealed partial class ImageClassifier
{
    /// <summary>The temperature that the model was calibrated with; 1 where it was not.</summary>
    public double Temperature => TemperatureScaling.Of(Model);

    /// <summary>
    /// A copy of the model that divides its raw scores by a temperature before the softmax, with this classifier's settings in its metadata:
    /// class names, input normalisation, resize.
    /// </summary>
    /// <param name="temperature">Above 0; <see cref="TemperatureScaling.Fit"/> finds it.</param>
    /// <returns>The model, to save or to <see cref="Load"/>.</returns>
    /// <exception cref="ArgumentException">The temperature is not above 0.</exception>
    /// <exception cref="BadModelException">The scores do not come from a softmax.</exception>
    public OnnxModel Calibrate(double temperature)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The temperature is {temperature}: a number above 0 was expected."), nameof(temperature));
        }
        var isSaved = Model.Metadata[SavedNetwork.SettingsKey] is not null;
        var scores = AddsSoftmax && !isSaved
            ? Model.Outputs.First(
                o => o.Name == Network.Output) is { Type: TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Float16 } output
                ? output.Name
                : null
            : NetworkEnd.SoftmaxInput(Model, Network.Output);
        if (scores is null)
            throw new BadModelException($"{Model.Name}: cannot be calibrated by a temperature, because its scores do not come from a softmax.");
        var calibrated = TemperatureScaling.Apply(Model, scores, temperature);
        if (isSaved) return calibrated;
        foreach (var other in calibrated.Graph.Output.Where(o => o.Name != Network.Output).ToList()) calibrated.Graph.Output.Remove(other);
        calibrated.SetNames(Labels);
        calibrated.SetImageSize(Resize.Height, Resize.Width);
        calibrated.Metadata[VisionMetadata.TaskKey] = "classify";
        calibrated.Metadata[VisionMetadata.PreprocessKey] = Preprocess;
        calibrated.Metadata[VisionMetadata.ResizeKey] = Resize.Mode.ToString().ToLowerInvariant();
        return calibrated;
    }
}
