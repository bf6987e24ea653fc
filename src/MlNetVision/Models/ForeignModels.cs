namespace MlNetVision.Models;

/// <summary>Model files of other frameworks, and how they become ONNX files.</summary>
internal static class ForeignModels
{
    private const string PyTorch = "torch.onnx.export(model, example_image, \"model.onnx\") in Python; of an Ultralytics model: `yolo export model=FILE format=onnx`";
    private const string TensorFlow = "`pip install tf2onnx`, then `python -m tf2onnx.convert";
    private const string Original = "It cannot be converted back; export the model that it was made from";

    /// <summary>What a file is, and how it is exported, by its ending.</summary>
    private static readonly (string[] Endings, string Kind, string Export)[] Formats =
    [
        ([".pt", ".pth", ".ckpt"], "a PyTorch model", PyTorch),
        ([".torchscript", ".ptl"], "a TorchScript model", $"{Original}: {PyTorch}"),
        ([".safetensors"], "a file of weights without a network", $"Load it in Python, then export the model: {PyTorch}"),
        ([".pb"], "a TensorFlow graph", $"{TensorFlow} --saved-model FOLDER --output model.onnx` (or --graphdef FILE --inputs … --outputs …)"),
        ([".tflite"], "a TensorFlow Lite model", $"{TensorFlow} --tflite FILE --output model.onnx`"),
        ([".h5", ".hdf5", ".keras"], "a Keras model", "model.export(\"model.onnx\", format=\"onnx\") in Python, with Keras 3"),
        ([".engine", ".trt", ".plan"], "a TensorRT engine, for one kind of GPU only", $"{Original}"),
        ([".mlmodel", ".mlpackage", ".mlmodelc"], "a Core ML model", $"{Original}"),
        ([".caffemodel", ".prototxt"], "a Caffe model", "`pip install caffe2onnx`, then `python -m caffe2onnx.convert`"),
        ([".pdmodel", ".pdiparams"], "a PaddlePaddle model", "`pip install paddle2onnx`, then `paddle2onnx --model_dir FOLDER --model_filename FILE --save_file model.onnx`"),
        ([".xml", ".bin"], "an OpenVINO model", $"{Original}"),
        ([".param", ".mnn", ".ncnn"], "a model for mobile phones", $"{Original}"),
        ([".ort"], "a model in ONNX Runtime's own format", $"{Original}"),
    ];

    /// <summary>A message with the way to ONNX, or null where the ending says nothing.</summary>
    /// <param name="path">A file or folder, which need not exist.</param>
    public static string? Describe(string path)
    {
        if (File.Exists(Path.Join(path, "saved_model.pb"))) path = Path.Join(path, "saved_model.pb");
        var ending = Path.GetExtension(path);
        var format = Array.Find(Formats, f => f.Endings.Contains(ending, StringComparer.OrdinalIgnoreCase));
        return format.Kind is null ? null : $"{path}: is {format.Kind}; expected ONNX or another of {ModelLocator.Endings}. Export it to ONNX: {format.Export}.";
    }
}
