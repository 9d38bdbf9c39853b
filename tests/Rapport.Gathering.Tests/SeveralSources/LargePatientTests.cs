using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>However much sources tell of the person, putting it together takes memory in proportion, whoever gives up does not wait for it, and what it carries from others stays small.</summary>
public sealed class LargePatientTests(SqliteTestDatabase test) : GatheringTest(test)
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>What it holds meanwhile, that is: how long it takes stands in no test, since machines differ.</summary>
    [Fact]
    public void Putting_two_large_Patients_together_takes_little_memory()
    {
        var (said, other) = (WithTelephones(4000, 1), Told(WithTelephones(4000, 2)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        JoinedPatient.Join(said, [other], Cancel);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * Megabyte);
    }

    /// <summary>What the other one tells is all there already, or is all new.</summary>
    [Theory]
    [InlineData("telecom", "telecom")]
    [InlineData("", "extension")]
    public void Who_gives_up_while_another_is_read_does_not_wait_until_large_Patients_are_put_together(string said, string other)
    {
        using var giving = new CancellationTokenSource();
        var told = GivenUpOnce(giving, other);
        Assert.Throws<OperationCanceledException>(() => JoinedPatient.Join(With(said), [told], giving.Token));
        Assert.True(giving.IsCancellationRequested);
    }

    [Fact]
    public void Who_gives_up_while_another_is_read_does_not_wait_for_the_next()
    {
        using var giving = new CancellationTokenSource();
        var asked = 0;
        var next = Told(() =>
        {
            asked++;
            return WithTelephones(2, 2);
        });
        var told = GivenUpOnce(giving, "");
        var before = asked;
        Assert.Throws<OperationCanceledException>(() => JoinedPatient.Join(With(""), [told, next], giving.Token));
        Assert.Equal(before, asked);
    }

    [Fact]
    public async Task Of_twenty_sources_with_large_photos_the_record_carries_a_few_and_its_own_export_is_taken()
    {
        var record = await NewRecordAsync();
        for (var i = 0; i < 20; i++)
        {
            var patient = Make.Patient(birthDate: "1980-02-01");
            patient["photo"] = new JsonArray(new JsonObject { ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(150_000)) });
            patient["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = $"+1 555 01{i:00}" });
            await record.TakeAsync(Bundle(i, patient));
        }

        var joined = await PatientAsync(record);
        Assert.InRange(joined.GetRawText().Length, 200_000, 200_000 + (Megabyte * 5 / 4));
        Assert.InRange(joined.GetProperty("photo").GetArrayLength(), 2, 6);
        Assert.Equal(20, joined.GetProperty("telecom").GetArrayLength());
        Assert.Equal(ImportStatus.NothingNew, (await record.ImportAsync(await record.ExportAsync())).Status);
        await record.VerifyAsync();
    }

    [Fact]
    public async Task Of_a_list_a_thousand_items_of_others_are_carried_those_of_the_newest_first()
    {
        var record = await NewRecordAsync();
        for (var i = 0; i < 3; i++)
        {
            var patient = JsonNode.Parse(WithTelephones(600, i))!.AsObject();
            await record.TakeAsync(Bundle(i, patient));
        }

        var numbers = (await PatientAsync(record)).GetProperty("telecom").EnumerateArray().Select(static telecom => telecom.GetProperty("value").GetString()![..3]).CountBy(static number => number).ToDictionary();
        Assert.Equal((600, 600, 400), (numbers["+2 "], numbers["+1 "], numbers["+0 "]));
    }

    [Fact]
    public async Task What_is_contained_and_too_large_to_go_along_leaves_behind_what_refers_to_it()
    {
        var record = await NewRecordAsync();
        var patient = Make.Patient();
        patient["contained"] = new JsonArray(new JsonObject { ["resourceType"] = "Organization", ["id"] = "o", ["name"] = new string('x', Megabyte - 100) }, new JsonObject { ["resourceType"] = "Organization", ["id"] = "q", ["name"] = "y" });
        patient["contact"] = JsonNode.Parse("""[{"name":{"text":"Sofia"},"organization":{"reference":"#o"}},{"name":{"text":"Noor"}}]""");
        await record.TakeAsync(Bundle(1, patient));
        await record.TakeAsync(Bundle(2, Make.Patient()));
        var joined = await PatientAsync(record);
        Assert.Equal("Noor", Assert.Single(joined.GetProperty("contact").EnumerateArray()).GetProperty("name").GetProperty("text").GetString());
        Assert.False(joined.TryGetProperty("contained", out _));
    }

    [Fact]
    public void Long_names_of_what_is_contained_stay_apart()
    {
        var same = new string('a', 60);
        var said = Contained(("x", "Said X"), ($"{same}1", "Said 1"), ($"{same}2", "Said 2"));
        var joined = JsonElement.Parse(JoinedPatient.Join(said, [Told(Contained(("v2-x", "Other V"), ("x", "Other X"), ($"{same}1", "Other 1"), ($"{same}2", "Other 2")))], Cancel));
        var names = joined.GetProperty("contained").EnumerateArray().ToDictionary(static item => "#" + item.GetProperty("id").GetString(), static item => item.GetProperty("name").GetString());
        Assert.Equal(
            ["Said X", "Said 1", "Said 2", "Other V", "Other X", "Other 1", "Other 2"],
            joined.GetProperty("contact").EnumerateArray().Select(contact => names[contact.GetProperty("organization").GetProperty("reference").GetString()!]));
    }

    private static ToldPatient Told(byte[] said) => Told(() => said);

    /// <param name="said">Is asked at once too, of whom it tells.</param>
    private static ToldPatient Told(Func<ReadOnlyMemory<byte>> said) => new(2, 1, 2, 3, said);

    /// <summary>Somebody gives up while it is read to be put together.</summary>
    private static ToldPatient GivenUpOnce(CancellationTokenSource giving, string element)
    {
        var isMade = false;
        var told = Told(() =>
        {
            if (isMade)
            {
                giving.Cancel();
            }

            return With(element);
        });
        isMade = true;
        return told;
    }

    /// <summary>A Patient with a thousand of one thing, or with nothing.</summary>
    private static byte[] With(string element)
    {
        var patient = new JsonObject { ["resourceType"] = "Patient", ["meta"] = new JsonObject { ["versionId"] = "3" } };
        if (element.Length > 0)
        {
            patient[element] = new JsonArray([.. Enumerable.Range(0, 1000).Select(static i => new JsonObject { ["url"] = $"urn:example:{i}", ["value"] = $"+1 {i}" })]);
        }

        return Encoding.UTF8.GetBytes(patient.ToJsonString());
    }

    private static byte[] Contained(params (string Id, string Name)[] organizations)
    {
        var patient = Make.Patient();
        patient["meta"] = new JsonObject { ["versionId"] = "3" };
        patient["contained"] = new JsonArray([.. organizations.Select(static o => new JsonObject { ["resourceType"] = "Organization", ["id"] = o.Id, ["name"] = o.Name })]);
        patient["contact"] = new JsonArray([.. organizations.Select(static o => new JsonObject { ["name"] = new JsonObject { ["text"] = o.Name }, ["organization"] = new JsonObject { ["reference"] = "#" + o.Id } })]);
        return Encoding.UTF8.GetBytes(patient.ToJsonString());
    }

    private static byte[] WithTelephones(int count, int start)
    {
        var patient = Make.Patient();
        patient["meta"] = new JsonObject { ["versionId"] = "3" };
        patient["telecom"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject { ["system"] = "phone", ["value"] = $"+{start} {i}" })]);
        return Encoding.UTF8.GetBytes(patient.ToJsonString());
    }

    /// <summary>Named anew, so that each is another source.</summary>
    private static JsonObject Bundle(int number, JsonObject patient) => new()
    {
        ["resourceType"] = "Bundle", ["type"] = "collection",
        ["entry"] = new JsonArray(new JsonObject { ["fullUrl"] = $"urn:uuid:6f0e2a60-0000-4000-8000-{number:000000000000}", ["resource"] = patient }),
    };

    private static async Task<JsonElement> PatientAsync(TestRecord record) => Assert.Single(await record.ReadAsync("Patient"));
}
