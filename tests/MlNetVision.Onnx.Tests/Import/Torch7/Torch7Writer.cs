using System.Text;

namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>Writes values as Torch does (<c>File.lua</c>): what is written twice is referred to the second time.</summary>
internal sealed class Torch7Writer : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;
    private readonly Dictionary<object, int> _numbers = new(ReferenceEqualityComparer.Instance);

    public Torch7Writer() => _writer = new BinaryWriter(_stream);

    public static byte[] Bytes(object? value)
    {
        using var writer = new Torch7Writer();
        writer.Write(value);
        return writer._stream.ToArray();
    }

    public void Dispose() => _writer.Dispose();

    private void Write(object? value)
    {
        switch (value)
        {
            case null: _writer.Write(0); break;
            case double number: _writer.Write(1); _writer.Write(number); break;
            case int number: Write((double)number); break;
            case string text: _writer.Write(2); Text(text); break;
            case bool flag: _writer.Write(5); _writer.Write(flag ? 1 : 0); break;
            case LuaFunction { Kind: 6 } function: _writer.Write(6); Code(function); break;
            case LuaFunction function: if (Number(function, function.Kind)) Code(function); break;
            case LuaTable table: if (Number(table, 3)) Entries(table); break;
            case TorchObject torch: if (Number(torch, 4)) Class(torch.Class, torch.IsVersioned, () => Write(torch.Fields)); break;
            case TorchTensor tensor: if (Number(tensor, 4)) Class($"torch.{tensor.Element}Tensor", true, () => Tensor(tensor)); break;
            case TorchStorage storage: if (Number(storage, 4)) Class($"torch.{storage.Element}Storage", true, () => Storage(storage)); break;
            default: throw new ArgumentException($"no Lua value: {value}");
        }
    }

    private bool Number(object value, int kind)
    {
        _writer.Write(kind);
        var isNew = _numbers.TryAdd(value, _numbers.Count + 1);
        _writer.Write(_numbers[value]);
        return isNew;
    }

    private void Class(string name, bool isVersioned, Action content)
    {
        if (isVersioned) Text("V 1");
        Text(name);
        content();
    }

    private void Entries(LuaTable table)
    {
        _writer.Write(table.Entries.Count);
        foreach (var (key, value) in table.Entries)
        {
            Write(key);
            Write(value);
        }
    }

    private void Code(LuaFunction function)
    {
        Text(function.Code);
        Write(function.Upvalues);
    }

    private void Tensor(TorchTensor tensor)
    {
        _writer.Write(tensor.Size.Length);
        foreach (var axis in tensor.Size) _writer.Write(axis);
        foreach (var stride in tensor.Stride) _writer.Write(stride);
        _writer.Write(tensor.Offset);
        Write(tensor.Storage);
    }

    private void Storage(TorchStorage storage)
    {
        _writer.Write((long)storage.Values.Length);
        foreach (var value in storage.Values)
        {
            switch (storage.Element.Replace("Cuda", "", StringComparison.Ordinal))
            {
                case "Byte": _writer.Write((byte)value); break;
                case "Char": _writer.Write((sbyte)value); break;
                case "Short": _writer.Write((short)value); break;
                case "Int": _writer.Write((int)value); break;
                case "Long": _writer.Write((long)value); break;
                case "Half": _writer.Write((Half)value); break;
                case "Double": _writer.Write((double)value); break;
                default: _writer.Write(value); break;
            }
        }
    }

    private void Text(string text)
    {
        _writer.Write(text.Length);
        _writer.Write(Encoding.Latin1.GetBytes(text));
    }
}
