namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>An object to be written.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="IsVersioned">Whether a version stands before the class; the oldest files have none.</param>
internal sealed record TorchObject(string Class, LuaTable Fields, bool IsVersioned = true)
{
    public static TorchObject Module(string type, params (object Key, object? Value)[] fields) => new($"nn.{type}", LuaTable.Of(fields));

    public static TorchObject Container(string type, params object[] modules) => Module(type, ("modules", LuaTable.Sequence(modules)), ("train", false));
}
