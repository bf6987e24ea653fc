namespace MlNetVision.Models;

/// <summary>Model files of other frameworks, and how they become ONNX files.</summary>
internal static class ForeignModels
{
    private const string Here = "FILE";
    private const string PyTorch = "Export it in Python: torch.onnx.export(model, example_image, \"model.onnx\")";
    private const string TensorFlow = "Export it: `pip install tf2onnx`, then `python -m tf2onnx.convert";
    private const string Final = "It cannot be converted back: export the model that it was made from to ONNX";

    /// <summary>The kind of a file and its way to ONNX, by extension.</summary>
    private static readonly (string[] Endings, string Kind, string Way)[] Formats =
    [
        ([".pt", ".pth", ".ckpt"], "a PyTorch model", $"{PyTorch}, or of an Ultralytics model `yolo export model={Here} format=onnx`"),
        ([".torchscript", ".ptl"], "a TorchScript model", $"{Final}, such as by torch.onnx.export"),
        ([".safetensors"], "a file of weights without a network", $"Load it into its network. {PyTorch}"),
        ([".pb"], "a TensorFlow graph", $"{TensorFlow} --saved-model FOLDER --output model.onnx` (or --graphdef {Here} --inputs … --outputs …)"),
        ([".tflite"], "a TensorFlow Lite model", $"{TensorFlow} --tflite {Here} --output model.onnx`"),
        ([".h5", ".hdf5", ".keras"], "a Keras model", "Export it with Keras 3: model.export(\"model.onnx\", format=\"onnx\")"),
        ([".engine", ".trt", ".plan"], "a TensorRT engine, for one kind of GPU", Final),
        ([".mlmodel", ".mlpackage", ".mlmodelc"], "a Core ML model", Final),
        ([".caffemodel", ".prototxt"], "a Caffe model", "Export it with the Python package caffe2onnx"),
        ([".pdmodel", ".pdiparams"], "a PaddlePaddle model", "Export it with the Python package paddle2onnx"),
        ([".xml", ".bin"], "an OpenVINO model", Final),
        ([".param", ".mnn", ".ncnn"], "a model for phones", Final),
        ([".data"], "a file of values of an ONNX network", "Give the .onnx that lies beside it"),
        ([".ort"], "a model in ONNX Runtime's own format", Final),
    ];

    /// <summary>A message with the way to ONNX; null where the extension is unknown.</summary>
    /// <param name="path">A file or folder, which need not exist.</param>
    public static string? Describe(string path)
    {
        if (File.Exists(Path.Join(path, "saved_model.pb"))) path = Path.Join(path, "saved_model.pb");
        var ending = Path.GetExtension(path);
        var (_, kind, way) = Array.Find(Formats, f => f.Endings.Contains(ending, StringComparer.OrdinalIgnoreCase));
        return kind is null ? null : $"{path}: is {kind}; expected {ModelLocator.Endings}. {way.Replace(Here, path, StringComparison.Ordinal)}.";
    }
}
