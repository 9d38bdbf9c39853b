using System.Text;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Nothing of what a record says stands in clear in the database.</summary>
public abstract class AtRestContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly string[] Secrets =
    [
        "Maya Ortiz", "Ortiz", "lab results.json", "Dr Lee", "Practitioner/", "Organization/clinic", "8867-4", "38341003", "loinc.org", "snomed", "ETHUD", "TREAT",
        "resourceType", "Observation", "Condition", "Consent", "systolic murmur", "permit", "2026-01-10", "search", "inactive",
    ];

    /// <summary>Every byte of the database.</summary>
    protected abstract Task<byte[]> ReadEverythingAsync();

    [Fact]
    public async Task No_name_code_label_consent_or_recipient_stands_in_clear()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor("Dr Lee", "Organization/clinic");
        var person = lee.Person.ToString();
        await maya.AddAsync([Make.Observation(maya, text: "systolic murmur"), Make.Condition(maya, labels: "ETHUD")]);
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        await maya.ConsentAsync(Make.Permit(maya, "Organization/clinic"));
        Assert.NotNull(await AskAsync(lee, maya, Search("Observation")));
        await maya.RevokeAsync(consent, permit);
        await maya.Own.CheckpointAsync(Cancel);
        var everything = await ReadEverythingAsync();
        Assert.True(Contains(everything, maya.Id.ToString()), "the patient's id should be there in clear: this test looks in the wrong place");
        Assert.DoesNotContain(Secrets.Append(person).Append(consent.ToString()), secret => Contains(everything, secret));
    }

    private static bool Contains(byte[] everything, string text) => everything.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}

public sealed class AtRestOnSqlite(SqliteTestDatabase test) : AtRestContract(test), IClassFixture<SqliteTestDatabase>
{
    protected override async Task<byte[]> ReadEverythingAsync()
    {
        using var all = new MemoryStream();
        foreach (var file in Directory.GetFiles(test.Folder))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await stream.CopyToAsync(all, Cancel);
        }

        return all.ToArray();
    }
}

public sealed class AtRestOnPostgres(PostgresTestDatabase test) : AtRestContract(test), IClassFixture<PostgresTestDatabase>
{
    protected override async Task<byte[]> ReadEverythingAsync()
    {
        using var all = new MemoryStream();
        foreach (var table in await Rows.ReadAsync<string>(Test.Database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        {
            foreach (IDictionary<string, object?> row in await Rows.ReadAsync<dynamic>(Test.Database, $"SELECT * FROM {table}"))
            {
                foreach (var value in row.Values)
                {
                    all.Write(value as byte[] ?? Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
                    all.WriteByte(0);
                }
            }
        }

        return all.ToArray();
    }
}
