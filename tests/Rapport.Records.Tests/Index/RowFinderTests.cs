using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records.Tests;

/// <summary>What is found by tables is what looking through all rows finds.</summary>
public sealed class RowFinderTests
{
    [Fact]
    public void Few_questions_and_many_are_answered_alike()
    {
        var random = new Random(20261122);
        LocalId[] locals = [default, .. Enumerable.Range(0, 40).Select(_ => LocalId.New())];
        var builder = new IndexBuilder(PatientId.New(), null);
        Dictionary<LocalId, int> versions = [];
        for (var row = 0; row < 300; row++)
        {
            var local = random.GetItems(locals, 1)[0];
            versions[local] = versions.GetValueOrDefault(local) + 1;
            var json = local == default ? """{"resourceType":"Patient"}""" : """{"resourceType":"Basic","code":{"text":"x"}}""";
            builder.Add(Resource.Read(System.Text.Encoding.UTF8.GetBytes(json)), new EntryHeader(local, versions[local], 1, (ulong)random.Next(60), 0, false, row % 3 == 0, row % 7 == 0), row);
        }

        var index = builder.Build();
        var finder = new RowFinder(index);
        for (var turn = 0; turn < 3; turn++)
        {
            foreach (var local in locals.Append(LocalId.New()))
            {
                Assert.Equal(index.LastRowOf(local), finder.LastRowOf(local));
                Assert.Equal(index.FirstRowOf(local), finder.FirstRowOf(local));
                Assert.Equal(index.RowOf(local), finder.RowOf(local));
                for (var version = 0; version < 12; version++)
                {
                    Assert.Equal(index.RowOf(local, version), finder.RowOf(local, version));
                }
            }

            for (ulong origin = 0; origin < 62; origin++)
            {
                Assert.Equal(index.LastRowOfOrigin(origin), finder.LastRowOfOrigin(origin));
                Assert.Equal(index.RowOfOrigin(origin), finder.RowOfOrigin(origin));
            }
        }

        Assert.All(Enumerable.Range(0, index.Count), row => Assert.Equal(row % 3 == 0, index.HasParts(row)));
    }
}
