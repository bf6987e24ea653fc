using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Onnx.Tests.Runtime;

[TestClass]
public sealed class DeviceListTests
{
    [TestMethod]
    [DataRow("cpu", "cpu")]
    [DataRow("CUDA:0", "cuda")]
    [DataRow("cuda:1, cuda ,cpu", "cuda:1,cuda,cpu")]
    [DataRow("DirectML:2", "directml:2")]
    [DataRow("coreml,openvino,cpu", "coreml,openvino,cpu")]
    public void Parse_List_IsWrittenInOneForm(string given, string expected)
    {
        var list = DeviceList.Parse(given);
        Assert.AreEqual(expected, list.ToString());
        Assert.AreEqual(DeviceList.Parse(expected), list);
        Assert.AreEqual(DeviceList.Parse(expected).GetHashCode(), list.GetHashCode());
    }

    [TestMethod]
    [DataRow("cudda", "Device 'cudda' is unknown (did you mean 'cuda'?); expected cpu, cuda[:N], directml[:N], coreml, openvino, or several")]
    [DataRow("gpu", "Device 'gpu' is unknown (did you mean 'cuda' or 'directml' or 'coreml'?); expected cpu, ")]
    [DataRow("cuda,tpux:1", "Device 'tpux:1' is unknown; expected cpu, ")]
    [DataRow("", "There is a device without a name; expected cpu, ")]
    [DataRow("cuda,", "There is a device without a name; expected cpu, ")]
    [DataRow("cuda:", "Device 'cuda:': '' is no number of a device; expected cpu, ")]
    [DataRow("cuda:-1", "Device 'cuda:-1': '-1' is no number of a device; expected cpu, ")]
    [DataRow("cuda:99999999999", "Device 'cuda:99999999999': '99999999999' is no number of a device; expected cpu, ")]
    [DataRow("cpu:0", "Device 'cpu:0': cpu takes no number; expected cpu, ")]
    [DataRow("openvino:1", "Device 'openvino:1': openvino takes no number; expected cpu, ")]
    [DataRow("cuda,cuda:0,cpu", "Device 'cuda' is in the list twice.")]
    [DataRow("cpu,cuda", "Device 'cuda' stands behind 'cpu', which always works.")]
    public void Parse_NoList_SaysWhatIsExpected(string given, string expected) =>
        StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => DeviceList.Parse(given)).Message, expected);

    [TestMethod]
    public void New_DevicesThatCannotBe_AreRefused()
    {
        foreach (var device in new Device[] { new(DeviceKind.Cuda, -1), new(DeviceKind.CoreML, 1), new((DeviceKind)9) })
            Assert.ThrowsExactly<ArgumentException>(() => new DeviceList(device));
        Assert.ThrowsExactly<ArgumentException>(() => new DeviceList());
    }

    [TestMethod]
    public void Equals_SameDevicesInAnotherOrder_IsFalse()
    {
        DeviceList list = "cuda,directml";
        Assert.IsTrue(list == new DeviceList(new(DeviceKind.Cuda), new(DeviceKind.DirectML)));
        Assert.IsTrue(list != "directml,cuda");
        Assert.IsTrue((DeviceList)Device.Cpu == DeviceList.Cpu);
        Assert.AreEqual(new OnnxSessionOptions { Device = "cuda" }, new OnnxSessionOptions { Device = "cuda" });
    }
}
