using System.Security.Cryptography;
using System.Text;
using MlNetVision.Classification;
using MlNetVision.Data;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Training;

/// <summary>Images as rows of a network's input, augmented anew in every epoch; not augmented where the epoch is negative.</summary>
internal sealed class AugmentedImages : IRowSource
{
    private readonly IReadOnlyList<LabeledImage> _images;
    private readonly ResizeOptions _resize;
    private readonly NetworkInput _input;
    private readonly PixelNormalization _normalization;
    private readonly Augmenter? _augmenter;
    private readonly string _identity;
    private readonly int _threads;

    /// <param name="images">The images; all of them can be read.</param>
    /// <param name="featurizer">The featurizer whose input they are packed for.</param>
    /// <param name="augmentation">The augmentation; null: none.</param>
    /// <param name="threads">Threads for decoding; 0: one per processor.</param>
    public AugmentedImages(IReadOnlyList<LabeledImage> images, Featurizer featurizer, AugmentationOptions? augmentation, int threads)
    {
        (_images, _resize, _threads) = (images, featurizer.Resize, WorkerCount.Of(threads));
        _input = NetworkInput.Of(featurizer.Model);
        if (_input.Bytes)
            throw new BadModelException($"{featurizer.Model.Name}: the input is bytes; layers can be trained only in networks with float input.");
        _normalization = PixelNormalization.Parse(featurizer.Preprocess);
        _augmenter = augmentation is null ? null : new Augmenter(augmentation, featurizer.Resize);
        _identity = $"{featurizer.Key} {augmentation}";
    }

    public int Count => _images.Count;

    public int Columns => _input.Length;

    public int Label(int row) => _images[row].ClassIndex;

    public void Fill(int epoch, ReadOnlySpan<int> rows, Span<float> batch)
    {
        var numbers = rows.ToArray();
        var filled = new float[numbers.Length][];
        Parallel.For(0, numbers.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, i =>
        {
            using var image = RgbImage.Load(_images[numbers[i]].Path);
            using var sized = epoch < 0
                || _augmenter is null ? ImageResizer.Resize(image, _resize, out _) : _augmenter.Apply(image, epoch, numbers[i]);
            TensorPacker.Pack(sized, filled[i] = new float[Columns], _input.Layout, _normalization);
        });
        for (var i = 0; i < filled.Length; i++) filled[i].CopyTo(batch[(i * Columns)..]);
    }

    public void Hash(IncrementalHash hash)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(_identity));
        foreach (var image in _images)
        {
            hash.AppendData(RegularFile.ReadAllBytes(image.Path));
            hash.AppendData(BitConverter.GetBytes(image.ClassIndex));
        }
    }
}
