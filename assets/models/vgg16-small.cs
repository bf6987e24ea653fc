#!/usr/bin/env dotnet
#:project ../../src/MlNetVision.Training/MlNetVision.Training.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// Trains vgg16-small.onnx beside this file from random weights: a network laid out as VGG16, a seventh of its work, that is taught to know what VGG16 knows
// of textures, by VGG16's features of photos (Romero et al., "FitNets", arXiv:1412.6550):
//   dotnet run -c Release assets/models/vgg16-small.cs VGG16.onnx FOLDER,FOLDER… [STEPS] [OUTPUT]
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MlNetVision.Gradients;
using MlNetVision.Gradients.Losses;
using MlNetVision.Gradients.Optimizers;
using MlNetVision.Gradients.Schedules;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Training;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

const int Side = 128, Batch = 8, Pairs = 24;
const float Rate = 1.5e-3f, InputScale = 1 / 64f, ContentShare = 0.3f;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 2) throw new ArgumentException("Expected: VGG16.onnx FOLDER,FOLDER… [STEPS] [OUTPUT]");
var vgg = OnnxModel.Load(args[0]);
string[] photos = [.. args[1].Split(',').SelectMany(folder => Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)).Where(f => Path.GetExtension(f) is ".jpg" or ".png")];
var steps = args.Length > 2 ? int.Parse(args[2]) : 6000;
var output = args.Length > 3 ? args[3] : Path.Combine(SourceFolder(), "vgg16-small.onnx");

// VGG16's blocks to the first convolution of the fifth, beyond which no loss of style transfer looks.
(int Convolutions, int Channels)[] blocks = [(2, 32), (2, 48), (3, 96), (3, 128), (1, 128)];
string[] layers = [.. blocks.SelectMany((b, i) => Enumerable.Range(1, b.Convolutions).Select(c => $"block{i + 1}_conv{c}"))];
var random = new Random(1);

Console.WriteLine($"{photos.Length} photos, {steps} steps of {Batch}");
var spread = Spread();
using var session = new GradientSession(Lesson(), new GradientSessionOptions { Outputs = [.. layers.Select(l => $"{l}/loss")] });
var adam = new AdamOptimizer(new AdamOptions { Beta2 = 0.99f });
var schedule = new WarmUpSchedule(100, new CosineSchedule(Rate, steps));
var batches = new ImageBatches(photos, Side, Batch);
var next = Task.Run(() => batches.At(0));
var clock = System.Diagnostics.Stopwatch.StartNew();
var told = new double[layers.Length];
for (var step = 0; step < steps; step++)
{
    var pixels = next.Result;
    var following = step + 1;
    next = Task.Run(() => batches.At(following));
    session.Step(new Dictionary<string, TrainingFeed> { ["image"] = TrainingFeed.Of<float>(pixels, Batch, Side, Side, 3) });
    GradientClipping.ByGlobalNorm(session.Parameters, 1);
    adam.Step(session.Parameters, schedule.At(step));
    for (var i = 0; i < layers.Length; i++) told[i] += session.Outputs[$"{layers[i]}/loss"].Values[0];
    if ((step + 1) % 50 != 0 && step + 1 != steps) continue;
    Console.WriteLine($"step {step + 1}: not explained of each layer's variance {string.Join(" ", told.Select(t => $"{t / ((step % 50) + 1):f3}"))}; {clock.Elapsed.TotalSeconds / (step + 1):f2} s a step");
    Array.Clear(told);
    if ((step + 1) % 500 == 0 || step + 1 == steps) Calibrated(Student()).Save(output);
}
Console.WriteLine($"{output}: {new FileInfo(output).Length:N0} bytes");

// The network, named as VGG16's layers are: an activation has the name of its layer.
void AddStudent(GraphWriter graph, string prefix, string x, Func<string, long[], float[]> values)
{
    var channels = 3;
    foreach (var (block, b) in blocks.Select((block, b) => (block, b)))
    {
        for (var c = 1; c <= block.Convolutions; c++)
        {
            var name = $"{prefix}block{b + 1}_conv{c}";
            long[] shape = [block.Channels, channels, 3, 3];
            string[] parts = [x, graph.Floats($"{name}/weights", values($"{name}/weights", shape), shape), graph.Floats($"{name}/bias", values($"{name}/bias", [shape[0]]), shape[0])];
            x = graph.Node("Relu", name, [graph.Node("Conv", $"{name}/conv", parts, ("kernel_shape", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }))]);
            channels = block.Channels;
        }
        if (b + 1 < blocks.Length) x = graph.Node("AveragePool", $"{prefix}block{b + 1}_pool", [x], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));
    }
}

float[] Draw(string name, long[] shape)
{
    var count = shape.Aggregate(1L, (a, b) => a * b);
    if (shape.Length == 1) return new float[count];
    var deviation = Math.Sqrt(2.0 / (count / shape[0]));
    return [.. Enumerable.Range(0, (int)count).Select(_ => (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
}

// Both networks on the same images; a linear map of the student's features is to be the teacher's, less their mean and by their deviation.
TrainingGraph Lesson()
{
    var model = vgg.Cut(layers[^1]);
    var graph = new GraphWriter("lesson");
    AddStudent(graph, "student/", graph.Node("Transpose", "student/image", ["image"], ("perm", new long[] { 0, 3, 1, 2 })) is var planes
        ? graph.Node("Mul", "student/scaled", [planes, graph.Floats("student/scale", [InputScale])]) : "", Draw);
    List<string> trained = [];
    foreach (var (layer, i) in layers.Select((l, i) => (l, i)))
    {
        var (channels, ofTeacher) = (blocks[layer[5] - '1'].Channels, spread[i].Channels);
        string[] map = [graph.Floats($"map/{layer}/weights", Draw("", [ofTeacher, channels, 1, 1]), ofTeacher, channels, 1, 1), graph.Floats($"map/{layer}/bias", new float[ofTeacher], ofTeacher)];
        trained.AddRange([$"student/{layer}/weights", $"student/{layer}/bias", .. map]);
        graph.Node("Conv", $"map/{layer}", [$"student/{layer}", .. map], ("kernel_shape", new long[] { 1, 1 }));
        graph.Node("Mul", $"teacher/{layer}", [graph.Node("Sub", null, [layer, graph.Floats($"teacher/{layer}/mean", [spread[i].Mean])]), graph.Floats($"teacher/{layer}/scale", [1 / spread[i].Deviation])]);
    }
    var added = graph.Build().Graph;
    model.Graph.Node.AddRange(added.Node);
    model.Graph.Initializer.AddRange(added.Initializer);
    SetShape(model, Batch);
    foreach (var layer in layers) LossGraph.AddMeanSquaredError(model, $"map/{layer}", new MeanSquaredErrorOptions { Target = $"teacher/{layer}", Output = $"{layer}/loss" });
    LossGraph.AddSum(model, [.. layers.Select(l => ($"{l}/loss", 1f / layers.Length))]);
    return TrainingGraph.Differentiate(model, "total", trained);
}

// Mean and deviation of the teacher's layers over one batch.
(long Channels, float Mean, float Deviation)[] Spread()
{
    var images = new ImageBatches(photos, Side, Batch).At(-1);
    return [.. layers.Select(layer =>
    {
        var (shape, values) = Features(vgg, layer, images, [Batch, Side, Side, 3]);
        var mean = values.Average(v => (double)v);
        return (shape[1], (float)mean, (float)Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    })];
}

(long[] Shape, float[] Values) Features(OnnxModel model, string layer, float[] pixels, long[] shape)
{
    using var cut = new InferenceSession(model.Cut(layer).ToBytes());
    using var run = new RunOptions();
    using var input = OrtValue.CreateTensorValueFromMemory(pixels, shape);
    using var results = cut.Run(run, ["image"], [input], cut.OutputNames);
    return (results[0].GetTensorTypeAndShape().Shape, results[0].GetTensorDataAsSpan<float>().ToArray());
}

static void SetShape(OnnxModel model, int batch)
{
    var dims = model.Graph.Input[0].Type.TensorType.Shape.Dim;
    foreach (var (dim, value) in dims.Zip([batch, Side, Side, 3])) dim.DimValue = value;
}

// The student by itself, on images as VGG16 takes them, planes first.
OnnxModel Student()
{
    var learnt = session.Parameters.ToDictionary(p => p.Name, p => p.Values);
    var graph = new GraphWriter("vgg16-small");
    graph.Input("image", DataType.Float, -1, 3, -1, -1);
    AddStudent(graph, "", "image", (name, _) => name == "block1_conv1/weights" ? [.. learnt[$"student/{name}"].Select(w => w * InputScale)] : learnt[$"student/{name}"]);
    graph.Output(layers[^1], DataType.Float, -1, blocks[^1].Channels, -1, -1);
    var model = graph.Build("vgg16-small");
    model.Metadata[VisionMetadata.PreprocessKey] = "caffe";
    model.Metadata[VisionMetadata.StrideKey] = "16";
    model.Metadata[VisionMetadata.TaskKey] = "features";
    model.Metadata[VisionMetadata.LicenseKey] = "MIT";
    model.Check();
    return model;
}

// A layer may be scaled by any factor if the next one's weights are divided by it, so layers are brought to where the losses of style transfer have the mean that
// they have on VGG16: those of block4_conv2 and block3_conv3 by the content, which grows with the square of the factor, others by the style, with its fourth power.
// Gatys' content, of block4_conv2, counts less than so: it keeps more of a photo than VGG16's does, and VGG16 likes what is painted better with less of it.
OnnxModel Calibrated(OnnxModel student)
{
    var images = new ImageBatches(photos, Side, Pairs).At(-2);
    var planes = Planes(images);
    var factors = layers.ToDictionary(l => l, layer =>
    {
        var teacher = Features(vgg, layer, images, [Pairs, Side, Side, 3]);
        var own = Features(student, layer, planes, [Pairs, 3, Side, Side]);
        // Sums where Gatys' layers are, means where only those of Johnson et al. are.
        var (content, sums) = (layer is "block4_conv2" or "block3_conv3", layer.EndsWith("conv1", StringComparison.Ordinal) || layer == "block4_conv2");
        var ratio = Loss(teacher, content, sums) / Loss(own, content, sums) * (layer == "block4_conv2" ? ContentShare : 1);
        return (float)(content ? Math.Sqrt(ratio) : Math.Pow(ratio, 0.25));
    });
    var model = student.Clone();
    var before = 1f;
    foreach (var layer in layers)
    {
        var factor = factors[layer];
        Scale(model, $"{layer}/weights", factor / before);
        Scale(model, $"{layer}/bias", factor);
        before = factor;
    }
    return model;
}

static void Scale(OnnxModel model, string tensor, float factor)
{
    var stored = model.Graph.Initializer.First(t => t.Name == tensor);
    var values = MemoryMarshal.Cast<byte, float>(stored.RawData.Span).ToArray();
    foreach (ref var v in values.AsSpan()) v *= factor;
    stored.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
}

static float[] Planes(float[] pixels)
{
    const int Plane = Side * Side;
    var planes = new float[pixels.Length];
    for (var i = 0; i < pixels.Length; i++) planes[i / (3 * Plane) * 3 * Plane + i % 3 * Plane + i / 3 % Plane] = pixels[i];
    return planes;
}

// The mean over pairs of images of ½ · Σ (F − P)², or of Σ (G − A)² / (4 · C² · M²); or of means in place of the sums.
static double Loss((long[] Shape, float[] Values) features, bool content, bool sums)
{
    var (count, channels, positions) = ((int)features.Shape[0], (int)features.Shape[1], (int)(features.Shape[2] * features.Shape[3]));
    var size = channels * positions;
    float[][] all = [.. Enumerable.Range(0, count).AsParallel().AsOrdered().Select(n => content ? features.Values[(n * size)..((n + 1) * size)] : Gram(features.Values.AsMemory(n * size, size), channels))];
    var total = 0.0;
    for (var a = 0; a < count; a++)
    {
        var b = (a + 1) % count;
        var squares = 0.0;
        for (var i = 0; i < all[a].Length; i++) squares += ((double)all[a][i] - all[b][i]) * ((double)all[a][i] - all[b][i]);
        total += squares / (sums ? 1 : all[a].Length);
    }
    return total / count;
}

static float[] Gram(ReadOnlyMemory<float> features, int channels)
{
    var positions = features.Length / channels;
    var gram = new float[channels * channels];
    for (var i = 0; i < channels; i++)
        for (var j = 0; j < channels; j++)
            gram[i * channels + j] = System.Numerics.Tensors.TensorPrimitives.Dot(features.Span.Slice(i * positions, positions), features.Span.Slice(j * positions, positions)) / (2f * channels * positions);
    return gram;
}

static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

// Squares cut from photos at random and varied in colour; some blurred into each other, some with noise, as images on their way to a painting are.
internal sealed class ImageBatches(string[] photos, int side, int size)
{
    private static readonly AugmentationOptions Variation = new()
    {
        CropArea = (0.1, 0.9), CropRatio = (1, 1), VerticalFlip = 0.2, Rotation = 0, Brightness = 0.3, Contrast = 0.5, Saturation = 0.8, Hue = 60, Seed = 1,
    };

    private readonly Augmenter _augmenter = new(Variation, new ResizeOptions { Width = side, Height = side, Mode = ResizeMode.Stretch });

    /// <summary>The batch of a step, N × H × W × 3 as VGG16 takes it; it depends on the number alone.</summary>
    public float[] At(int step)
    {
        var batch = new float[size * side * side * 3];
        var length = side * side * 3;
        Parallel.For(0, size, i =>
        {
            var chance = new Random(unchecked(step * 1_000_003 + i));
            var pixels = batch.AsSpan(i * length, length);
            Take(chance, pixels);
            if (chance.NextSingle() < 0.25f)
            {
                var (other, share) = (new float[length], chance.NextSingle());
                Take(chance, other);
                for (var k = 0; k < length; k++) pixels[k] += share * (other[k] - pixels[k]);
            }
            if (chance.NextSingle() < 0.4f)
            {
                var deviation = 40 * chance.NextSingle();
                foreach (ref var p in pixels) p += deviation * (chance.NextSingle() + chance.NextSingle() + chance.NextSingle() + chance.NextSingle() - 2) * 1.73f;
            }
        });
        return batch;
    }

    private void Take(Random chance, Span<float> pixels)
    {
        using var photo = RgbImage.Load(photos[chance.Next(photos.Length)]);
        using var square = _augmenter.Apply(photo, chance.Next(1 << 20), chance.Next(1 << 20));
        TensorPacker.Pack(square, pixels, PixelLayout.Nhwc, PixelNormalization.Caffe);
    }
}
