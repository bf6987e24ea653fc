using MlNetVision.Data;

namespace MlNetVision.Tests.Data;

/// <summary>Outlines of data sets, drawn and compared with loops over pixel centres.</summary>
[TestClass]
public sealed class ObjectShapeTests
{
    [TestMethod]
    public void OfPolygon_RandomPolygons_AreThePixelsWhoseCentresAreInside()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var polygon = new double[2 * random.Next(3, 9)];
            // Quarters of pixels, so that edges pass through centres too; some lie beyond the image.
            for (var at = 0; at < polygon.Length; at++) polygon[at] = random.Next(-8, 60) / 4.0;

            var mask = InstanceMask.FromRuns(12, 10, ShapeRuns.OfPolygon(polygon, 12, 10));

            for (var y = 0; y < 10; y++)
            {
                for (var x = 0; x < 12; x++) Assert.AreEqual(IsWithin(polygon, x + 0.5, y + 0.5), mask.Contains(x, y), $"polygon {i} at ({x}, {y})");
            }
        }
    }

    [TestMethod]
    public void Coco_PolygonsAndRuns_AreDrawn()
    {
        using var folder = new DataSetFolder().Image("a.png").Text("coco.json", """
            {"images":[{"id":1,"file_name":"a.png","width":100,"height":50}],"categories":[{"id":1,"name":"cat"}],"annotations":[
              {"image_id":1,"category_id":1,"bbox":[10,5,20,10],"segmentation":[[10,5,30,5,30,10,10,10],[10,12,20,12,20,15,10,15]]},
              {"image_id":1,"category_id":1,"bbox":[0,48,2,2],"iscrowd":1,"segmentation":{"size":[50,100],"counts":[48,3,4949]}},
              {"image_id":1,"category_id":1,"bbox":[0,0,2,2],"segmentation":{"size":[5,10],"counts":[0,2,48]}},
              {"image_id":1,"category_id":1,"bbox":[0,0,2,2]}]}
            """);

        var data = folder.Open(new() { Shapes = true });
        var boxes = data.Images.Single().Boxes;

        Assert.AreEqual(
            InstanceMask.FromRuns(100, 50, [.. Enumerable.Range(5, 5).Select(y => new MaskRun(y, 10, 20)), .. Enumerable.Range(12, 3).Select(y => new MaskRun(y, 10, 10))]),
            boxes[0].Shape!.ToMask());
        Assert.AreEqual(InstanceMask.FromRuns(100, 50, [new(48, 0, 1), new(49, 0, 1), new(0, 1, 1)]), boxes[1].Shape!.ToMask());
        Assert.IsNull(boxes[2].Shape, "the runs are of another size");
        Assert.Contains("10×5 pixels, its image has 100×50", data.Warnings.Single());
        Assert.IsNull(boxes[3].Shape);
        Assert.IsNull(folder.Open().Images.Single().Boxes[0].Shape, "not asked for");
    }

    [TestMethod]
    public void Yolo_PolygonAmongBoxes_HasAShape()
    {
        using var folder = new DataSetFolder().Image("images/a.png").Text("data.yaml", "path: .\nval: images\nnames: [cat]\n")
            .Text("labels/a.txt", "0 0.1 0.1 0.3 0.1 0.3 0.5 0.1 0.5 0.1 0.3\n0 0.5 0.5 0.1 0.1\n0 0.1 0.1 0.3 0.1 0.3 0.5\n");

        var boxes = folder.Open(new() { Shapes = true }).Images.Single().Boxes;

        Assert.AreEqual(InstanceMask.FromRuns(100, 50, Enumerable.Range(5, 20).Select(y => new MaskRun(y, 10, 20))), boxes[0].Shape!.ToMask());
        Assert.IsNull(boxes[1].Shape);
        Assert.IsNotNull(boxes[2].Shape);
    }

    [TestMethod]
    public void PascalVoc_TurnedBox_HasItsCorners()
    {
        using var folder = new DataSetFolder().Image("a.png").Voc("a.xml",
            "<object><name>cat</name><robndbox><cx>50</cx><cy>25</cy><w>40</w><h>20</h><angle>1.5707963267948966</angle></robndbox></object>");

        var box = folder.Open(new() { Shapes = true }).Images.Single().Boxes.Single();

        Assert.AreEqual(new BoundingBox(40, 5, 60, 45), box.Box);
        (float X, float Y)[] expected = [(60, 5), (60, 45), (40, 45), (40, 5)];
        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual(expected[i].X, box.Shape!.Corners![i].X, 1e-4f);
            Assert.AreEqual(expected[i].Y, box.Shape!.Corners![i].Y, 1e-4f);
        }
    }

    private static bool IsWithin(double[] polygon, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = polygon.Length - 2; i < polygon.Length; j = i, i += 2)
        {
            var (x1, y1, x2, y2) = (polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]);
            if (y1 > y2) (x1, y1, x2, y2) = (x2, y2, x1, y1);
            // A centre on a left or an upper edge is inside.
            if (y1 <= y && y < y2 && x >= x1 + (y - y1) / (y2 - y1) * (x2 - x1)) inside = !inside;
        }
        return inside;
    }
}
