using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Files;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Training.Vision;

/// <summary>
/// Rows of images with boxes as a data set. Images without a file are written as PNG to a folder that is removed at the end: a temporary one, or one in
/// the workspace, since a checkpoint is resumed with the same files alone.
/// </summary>
internal sealed class DetectionRows : IDisposable
{
    private const string FolderName = ".mlnetvision-images";

    private readonly ObjectDetectionTrainer.Options _options;
    private readonly OwnedTemporary? _temporary;
    private readonly string _folder;
    private readonly List<string> _written = [];

    /// <exception cref="ArgumentException">The workspace is a file.</exception>
    public DetectionRows(ObjectDetectionTrainer.Options options)
    {
        _options = options;
        if (File.Exists(options.WorkspacePath))
            throw new ArgumentException($"{nameof(options.WorkspacePath)} '{options.WorkspacePath}' is a file, expected a folder.");
        if (options.Workspace is not { } workspace) workspace = (_temporary = OwnedTemporary.Folder()).Path;
        _folder = Path.Combine(workspace, FolderName);
    }

    /// <summary>Reads rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="part">What the names of its images start with.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or the boxes and labels of a row do not go together.</exception>
    /// <exception cref="BadDataSetException">No row has an image.</exception>
    public DetectionDataSet Read(IDataView data, string part)
    {
        var (image, label, box) = (FeatureRows.Find(data.Schema, _options.ImageColumnName), FeatureRows.Find(data.Schema, _options.LabelColumnName),
            FeatureRows.Find(data.Schema, _options.BoundingBoxColumnName));
        LabelKeys.CountOfVector(label);
        var names = LabelKeys.UniqueNames(label);
        using var cursor = data.GetRowCursor([image, label, box]);
        var (path, objects) = (ImagePaths(cursor, image, part), new ObjectReader(cursor, label, box, names));
        var (images, unlabelled) = (new List<(string, IReadOnlyList<GroundTruthBox>)>(), 0);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            if (path(row) is not { } file)
            {
                _options.Log?.Invoke(FormattableString.Invariant($"Row {row} of '{image.Name}' has no image; it is left out."));
                continue;
            }
            var found = objects.Read(row);
            unlabelled += found.Count(o => o.Label is null);
            images.Add((file, [.. found.Where(o => o.Label is not null).Select(o => new GroundTruthBox(o.Label!, o.Box))]));
        }
        if (unlabelled > 0) _options.Log?.Invoke(FormattableString.Invariant($"{unlabelled} boxes whose label in '{label.Name}' is missing are left out."));
        var set = DetectionDataSet.Create($"the columns '{image.Name}' and '{box.Name}'", names, images);
        foreach (var message in set.Warnings.Concat(set.LeftOut.Select(l => l.Reason))) _options.Log?.Invoke(message);
        return set;
    }

    /// <summary>Evaluates rows of labels and predictions.</summary>
    public static DetectionEvaluation Evaluate(
        IDataView data, (DataViewSchema.Column Label, DataViewSchema.Column Box) actual, (DataViewSchema.Column Label, DataViewSchema.Column Box) predicted,
        DataViewSchema.Column score)
    {
        RequireFloats(score);
        using var cursor = data.GetRowCursor([actual.Label, actual.Box, predicted.Label, predicted.Box, score]);
        var (truths, answers) = (new ObjectReader(cursor, actual.Label, actual.Box), new ObjectReader(cursor, predicted.Label, predicted.Box));
        var getScores = cursor.GetGetter<VBuffer<float>>(score);
        var rows = new List<(GroundTruthBox[] Truths, Found[] Detections)>();
        VBuffer<float> scores = default;
        for (var row = 0; cursor.MoveNext(); row++)
        {
            getScores(ref scores);
            var found = answers.Read(row);
            if (scores.Length != found.Count)
                throw new ArgumentException(FormattableString.Invariant($"Row {row} has {found.Count} predicted labels and {scores.Length} scores; expected as many."));
            rows.Add((
                [.. truths.Read(row).Where(o => o.Label is not null).Select(o => new GroundTruthBox(o.Label!, o.Box))],
                [.. found.Zip(scores.DenseValues()).Where(o => o.First.Label is not null).Select(o => new Found(o.First.Label!, 0, o.Second, o.First.Box))]));
        }
        var evaluator = new DetectionEvaluator([.. truths.Names ?? [.. rows.SelectMany(r => r.Truths).Select(t => t.Label).Distinct(StringComparer.Ordinal)]]);
        foreach (var (number, row) in rows.Index()) evaluator.Add(FormattableString.Invariant($"row {number}"), row.Detections, row.Truths);
        return evaluator.Evaluate();
    }

    public void Dispose()
    {
        foreach (var path in _written) File.Delete(path);
        if (Directory.Exists(_folder) && !Directory.EnumerateFileSystemEntries(_folder).Any()) Directory.Delete(_folder);
        _temporary?.Dispose();
    }

    /// <summary>What gives the file of a row's image; null where it has none.</summary>
    private Func<int, string?> ImagePaths(DataViewRowCursor cursor, DataViewSchema.Column column, string part)
    {
        if (column.Type is TextDataViewType)
        {
            var getPath = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> path = default;
            return _ =>
            {
                getPath(ref path);
                return path.IsEmpty ? null : path.ToString();
            };
        }
        if (column.Type.RawType != typeof(MLImage))
            throw new ArgumentException($"The image column '{column.Name}' holds {column.Type}; expected images, such as Transforms.LoadImages gives, or text, their paths.");
        var getImage = cursor.GetGetter<MLImage?>(column);
        MLImage? image = null;
        return row =>
        {
            getImage(ref image);
            return image is null ? null : Write(image, FormattableString.Invariant($"{part}-{row}.png"));
        };
    }

    private string Write(MLImage image, string name)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, name);
        image.Save(path);
        _written.Add(path);
        return path;
    }

    private static void RequireFloats(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { ItemType.RawType: var item } || item != typeof(float))
            throw new ArgumentException($"The column '{column.Name}' holds {column.Type}; expected a vector of float.");
    }

    /// <summary>Reads the objects of rows: a label and four numbers each.</summary>
    private sealed class ObjectReader
    {
        private readonly DataViewSchema.Column _label, _box;
        private readonly ValueGetter<VBuffer<float>> _getBoxes;
        private readonly Func<string?[]> _labels;
        private VBuffer<float> _boxes;

        /// <param name="cursor">The cursor.</param>
        /// <param name="label">The column of labels, keys or text.</param>
        /// <param name="box">The column of boxes.</param>
        /// <param name="names">The names of keys; null: their values.</param>
        public ObjectReader(DataViewRowCursor cursor, DataViewSchema.Column label, DataViewSchema.Column box, string[]? names = null)
        {
            (_label, _box) = (label, box);
            RequireFloats(box);
            _getBoxes = cursor.GetGetter<VBuffer<float>>(box);
            if (label.Type is VectorDataViewType { ItemType: TextDataViewType })
            {
                _labels = Labels<ReadOnlyMemory<char>>(cursor, text => text.IsEmpty ? null : text.ToString());
                return;
            }
            LabelKeys.CountOfVector(label);
            Names = names ?? LabelKeys.UniqueNames(label);
            _labels = Labels<uint>(cursor, key => key == 0 ? null : Names[key - 1]);
        }

        /// <summary>The names of all classes; null where labels are text.</summary>
        public string[]? Names { get; }

        /// <summary>The objects of a row; the label of one is null where it is missing.</summary>
        public List<(string? Label, BoundingBox Box)> Read(int row)
        {
            _getBoxes(ref _boxes);
            var (labels, boxes) = (_labels(), _boxes.DenseValues().ToArray());
            if (boxes.Length != 4 * labels.Length)
                throw new ArgumentException(FormattableString.Invariant(
                    $"Row {row} has {labels.Length} labels in '{_label.Name}' and {boxes.Length} numbers in '{_box.Name}'; expected four per label: left, top, right, bottom."));
            return [.. labels.Zip(boxes.Chunk(4), (label, b) => (label, new BoundingBox(b[0], b[1], b[2], b[3])))];
        }

        private Func<string?[]> Labels<T>(DataViewRowCursor cursor, Func<T, string?> name)
        {
            var getLabels = cursor.GetGetter<VBuffer<T>>(_label);
            VBuffer<T> labels = default;
            return () =>
            {
                getLabels(ref labels);
                return [.. labels.DenseValues().Select(name)];
            };
        }
    }
}
