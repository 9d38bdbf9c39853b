using System.Text;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What a patient told about files of one shape is theirs, sealed, on every node, and gone with the record.</summary>
public abstract class ShapesContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task What_is_told_is_known_on_every_node_until_it_is_told_otherwise_or_forgotten()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var shape = maya.Own.Shapes.IdOf("Date\nWeight");
        Assert.Equal(shape, there.Own.Shapes.IdOf("Date\nWeight"));
        Assert.Null(await there.Own.Shapes.FindAsync(shape, Cancel));
        await maya.Own.Shapes.TellAsync(shape, "kg"u8.ToArray(), Cancel);
        Assert.Equal("kg", await ReadAsync(there, shape));
        await there.Own.Shapes.TellAsync(shape, "lb"u8.ToArray(), Cancel);
        Assert.Equal("lb", await ReadAsync(maya, shape));
        await maya.Own.Shapes.ForgetAsync(shape, Cancel);
        Assert.Null(await there.Own.Shapes.FindAsync(shape, Cancel));
    }

    [Fact]
    public async Task Another_patient_has_another_id_for_the_same_shape_and_nothing_told()
    {
        var (maya, ada) = (await NewPatientAsync(), await NewPatientAsync("Ada Example"));
        var shape = maya.Own.Shapes.IdOf("Date\nWeight");
        await maya.Own.Shapes.TellAsync(shape, "kg"u8.ToArray(), Cancel);
        Assert.NotEqual(shape, ada.Own.Shapes.IdOf("Date\nWeight"));
        Assert.Null(await ada.Own.Shapes.FindAsync(shape, Cancel));
        Assert.Null(await maya.Own.Shapes.FindAsync("../x", Cancel));
    }

    [Fact]
    public async Task What_was_told_longest_ago_goes_first_when_there_is_too_much()
    {
        var maya = await NewPatientAsync();
        var shapes = Enumerable.Range(0, OwnShapes.Most + 1).Select(i => maya.Own.Shapes.IdOf($"{i}")).ToList();
        foreach (var shape in shapes)
        {
            await maya.Own.Shapes.TellAsync(shape, "x"u8.ToArray(), Cancel);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await maya.Own.Shapes.FindAsync(shapes[0], Cancel));
        Assert.NotNull(await maya.Own.Shapes.FindAsync(shapes[1], Cancel));
    }

    [Fact]
    public async Task It_is_sealed_and_gone_when_the_record_is_erased()
    {
        var maya = await NewPatientAsync();
        await maya.Own.Shapes.TellAsync(maya.Own.Shapes.IdOf("Date\nWeight"), "a secret of columns"u8.ToArray(), Cancel);
        var bodies = await Rows.ReadAsync<byte[]>(Test.Database, "SELECT body FROM told_shape WHERE patient_id = @id", new { id = maya.Id.ToString() });
        Assert.Equal(-1, Assert.Single(bodies).AsSpan().IndexOf("secret"u8));
        await maya.Own.EraseAsync(Cancel);
        Assert.Empty(await Rows.ReadAsync<byte[]>(Test.Database, "SELECT body FROM told_shape WHERE patient_id = @id", new { id = maya.Id.ToString() }));
    }

    private static async Task<string> ReadAsync(TestPatient patient, string shape) => Encoding.UTF8.GetString((await patient.Own.Shapes.FindAsync(shape, Cancel))!.Body.Span);
}

public sealed class ShapesOnSqlite(SqliteTestDatabase test) : ShapesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ShapesOnPostgres(PostgresTestDatabase test) : ShapesContract(test), IClassFixture<PostgresTestDatabase>;
