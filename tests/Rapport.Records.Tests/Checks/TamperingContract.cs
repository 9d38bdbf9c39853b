using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>
/// Somebody with the database and without the key changes rows. Whatever they change of a patient's, a node that opens the record afresh refuses it, or
/// the record's own check tells.
/// </summary>
public abstract class TamperingContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly string[] Tables = ["compartment", "entry", "entry_part", "provenance", "source", "sharing", "ledger", "checkpoint"];

    /// <summary>
    /// What is not found, and why: the checkpoint kept in the database is a convenience of the server. Without it the ledger is still held against the
    /// sealed head row; that it was dropped shows to whoever kept one.
    /// </summary>
    private static bool IsNamedInTheThreatModel(string change) => change is "checkpoint dropped" or "checkpoint.patient_id";

    [Fact]
    public async Task Any_single_change_of_a_patients_rows_is_found()
    {
        var random = new Random(42);
        var (maya, noor) = (await MakeAsync("Maya Ortiz"), await MakeAsync("Noor Haddad"));
        var tables = await ReadTablesAsync();
        List<string> missed = [];
        var found = 0;
        foreach (var table in Tables)
        {
            var columns = tables[table][0].Keys.ToList();
            foreach (var column in columns)
            {
                for (var i = 0; i < 4; i++)
                {
                    await TryAsync($"{table}.{column}", () => EditAsync(table, column, maya, random));
                }
            }

            for (var i = 0; i < 3; i++)
            {
                await TryAsync($"{table} dropped", () => DropAsync(table, maya, random));
                await TryAsync($"{table} exchanged with another patient's", () => ExchangeAsync(table, maya, noor, random));
                await TryAsync($"two of {table} exchanged", () => ExchangeAsync(table, maya, maya, random));
            }
        }

        Assert.Empty(missed);
        Assert.True(found > 100, $"only {found} changes were made");
        await maya.VerifyAsync();
        await noor.VerifyAsync();

        async Task TryAsync(string change, Func<Task<bool>> apply)
        {
            if (!await apply())
            {
                return;
            }

            var isFound = await IsFoundAsync(maya);
            await RestoreAsync(tables);
            found += isFound ? 1 : 0;
            if (!isFound && !IsNamedInTheThreatModel(change))
            {
                missed.Add(change);
            }
        }
    }

    [Fact]
    public async Task Places_in_originals_that_were_taken_away_or_added_are_missed()
    {
        var maya = await NewPatientAsync();
        await GatherAsync(maya, 600);
        await GatherAsync(maya, 2);
        await maya.VerifyAsync();
        Assert.Equal(3 + 1, (await Rows.ReadAsync<int>(Test.Database, "SELECT block FROM provenance WHERE patient_id = @patient", new { patient = maya.Id.ToString() })).Count);
        var whole = await ReadTablesAsync();
        foreach (var (change, problem) in new[]
        {
            ("DELETE FROM provenance WHERE source = 2 AND block = 0", "where the entries of source 2 stood (block 0) is gone, or was changed or moved"),
            ("DELETE FROM provenance WHERE source = 2 AND block = 2", "where the entries of source 2 stood (block 2) is gone, or was changed or moved"),
            ("DELETE FROM provenance WHERE source = 602", "where the entries of source 602 stood (block 0) is gone, or was changed or moved"),
            ("INSERT INTO provenance (patient_id, source, block, body) SELECT patient_id, source, 3, body FROM provenance WHERE source = 2 AND block = 1", "block 3 of where entries stood belongs to no source (2)"),
            ("INSERT INTO provenance (patient_id, source, block, body) SELECT patient_id, 77, block, body FROM provenance WHERE source = 602", "block 0 of where entries stood belongs to no source (77)"),
        })
        {
            await Rows.ChangeAsync(Test.Database, change.Contains("WHERE", StringComparison.Ordinal) ? change + $" AND patient_id = '{maya.Id}'" : change);
            Assert.Equal(problem, Assert.Single(await maya.Own.CheckAsync(Cancel)));
            await RestoreAsync(whole);
        }

        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Turning_a_record_back_to_before_a_revocation_is_found()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        var before = await ReadTablesAsync();
        await maya.RevokeAsync(consent, permit);

        // Only the head row: entries and ledger say more than it does.
        var after = await ReadTablesAsync();
        foreach (var table in new[] { "compartment", "entry", "ledger" })
        {
            await RestoreAsync(new Dictionary<string, List<IDictionary<string, object?>>> { [table] = before[table] });
            Assert.True(await IsFoundAsync(maya), $"an older `{table}` was taken for the present one");
            await RestoreAsync(after);
        }

        await maya.VerifyAsync();
    }

    [Fact]
    public async Task However_much_was_changed_the_check_names_a_hundred_problems()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([.. Enumerable.Range(0, 3).Select(_ => Make.Observation(maya))]);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        for (var i = 0; i < 120; i++)
        {
            await AskAsync(lee, maya, new RecordQuery.ById("Observation", ids[i % 3]));
        }

        await Rows.ChangeAsync(Test.Database, "UPDATE ledger SET details = @bytes WHERE patient_id = @patient", new { patient = maya.Id.ToString(), bytes = new byte[64] });
        await Rows.ChangeAsync(Test.Database, "DELETE FROM entry WHERE patient_id = @patient AND seq = 5", new { patient = maya.Id.ToString() });
        await Rows.ChangeAsync(Test.Database, "DELETE FROM source WHERE patient_id = @patient", new { patient = maya.Id.ToString() });

        Assert.Equal(100, (await maya.Own.CheckAsync(Cancel)).Count);
    }

    private async Task<TestPatient> MakeAsync(string name)
    {
        var patient = await NewPatientAsync(name);
        var (lee, osei) = (NewDoctor(), NewDoctor("Dr Osei"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var ids = await patient.AddAsync([Make.Observation(patient), Make.Condition(patient, labels: "PSY")]);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await patient.WriteAsync((ids[0], 2, Make.Observation(patient, value: 80)), (LocalId.New(), 1, Make.Encounter(patient)));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await GatherAsync(patient, 300);
        await GatherAsync(patient, 2);
        var permit = Make.Permit(patient, lee.Reference);
        var consent = await patient.ConsentAsync(permit);
        await patient.ConsentAsync(Make.Permit(patient, osei.Reference));
        Assert.NotNull(await AskAsync(lee, patient, new RecordQuery.ById("Observation", ids[0])));
        await patient.Own.CheckpointAsync(Cancel);
        Assert.NotNull(await AskAsync(osei, patient, new RecordQuery.Everything()));
        await patient.ReplaceConsentAsync(consent, permit);
        return patient;
    }

    /// <summary>A source whose entries say where they stood, and have parts.</summary>
    private static Task GatherAsync(TestPatient patient, int count) => patient.Own.GatherAsync(
        new SourceDescription("file", "export.zip"),
        view => new GatheringPlan([.. Enumerable.Range(0, count).Select(i => TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(patient)) with
        {
            Provenance = i == 1 ? new Provenance { Line = i } : null, Parts = i < 2 ? [new byte[] { 1 }, new byte[] { 2, 3 }] : null,
        })]),
        Cancel);

    /// <summary>Whether a node that knows nothing yet refuses the record, or its check tells.</summary>
    private async Task<bool> IsFoundAsync(TestPatient patient)
    {
        await using var node = await RecordsModule.OpenAsync(Test.Database, Test.Keyring, new RecordsOptions(), Clock, Cancel);
        try
        {
            var own = await node.Compartments.OpenOwnAsync(patient.Id, patient.Owner, Cancel);
            return own is null || (await own.CheckAsync(Cancel)).Count > 0;
        }
        catch (Exception e) when (e is SealBrokenException or InvalidDataException or FormatException)
        {
            return true;
        }
    }

    private async Task<Dictionary<string, List<IDictionary<string, object?>>>> ReadTablesAsync()
    {
        Dictionary<string, List<IDictionary<string, object?>>> tables = [];
        foreach (var table in Tables)
        {
            var rows = await Rows.ReadAsync<dynamic>(Test.Database, $"SELECT * FROM {table}");
            tables[table] = [.. rows.Select(static r => (IDictionary<string, object?>)r)];
        }

        return tables;
    }

    private async Task RestoreAsync(Dictionary<string, List<IDictionary<string, object?>>> tables) => await Test.Database.WriteAsync(
        async t =>
        {
            foreach (var (table, rows) in tables)
            {
                await t.Connection!.ExecuteAsync($"DELETE FROM {table}", transaction: t);
                foreach (var row in rows)
                {
                    await t.Connection!.ExecuteAsync(
                        $"INSERT INTO {table} ({string.Join(", ", row.Keys)}) VALUES ({string.Join(", ", row.Keys.Select(static k => "@" + k))})", new DynamicParameters(row), t);
                }
            }

            return 0;
        },
        Cancel);

    private async Task<bool> EditAsync(string table, string column, TestPatient patient, Random random)
    {
        if (await PickAsync(table, patient, random) is not { } row)
        {
            return false;
        }

        object? other = row[column] switch
        {
            byte[] bytes => Changed(bytes, random),
            int number => number + 1 + random.Next(3),
            long number => number + (random.Next(2) == 0 ? 1 : -1) * (1 + random.Next(3)),
            string text when column == "patient_id" => PatientId.New().ToString(),
            string text => Changed(text, random),
            _ => null,
        };
        try
        {
            return other is not null && await SetAsync(table, row, column, other) == 1;
        }
        catch (Exception e) when (e is System.Data.Common.DbException or StorageException)
        {
            // Another row stands there: the database itself refuses.
            return false;
        }
    }

    private async Task<bool> DropAsync(string table, TestPatient patient, Random random)
    {
        var row = await PickAsync(table, patient, random);
        return row is not null && await Rows.ChangeAsync(Test.Database, $"DELETE FROM {table} WHERE {Key(row)}", new DynamicParameters(row)) == 1;
    }

    /// <summary>Puts each row's contents where the other's were, the key left in place.</summary>
    private async Task<bool> ExchangeAsync(string table, TestPatient one, TestPatient two, Random random)
    {
        if (await PickAsync(table, one, random) is not { } a || await PickAsync(table, two, random) is not { } b || KeyValues(a) == KeyValues(b))
        {
            return false;
        }

        var contents = a.Keys.Where(k => !KeyOf(a).Contains(k)).ToList();
        foreach (var column in contents)
        {
            await SetAsync(table, a, column, b[column]!);
            await SetAsync(table, b, column, a[column]!);
        }

        return contents.Exists(column => !Equals(Comparable(a[column]), Comparable(b[column])));
    }

    private async Task<IDictionary<string, object?>?> PickAsync(string table, TestPatient patient, Random random)
    {
        var rows = await Rows.ReadAsync<dynamic>(Test.Database, $"SELECT * FROM {table} WHERE patient_id = @id", new { id = patient.Id.ToString() });
        return rows.Count == 0 ? null : (IDictionary<string, object?>)rows[random.Next(rows.Count)];
    }

    private Task<int> SetAsync(string table, IDictionary<string, object?> row, string column, object value)
    {
        var parameters = new DynamicParameters(row);
        parameters.Add("tampered", value);
        return Rows.ChangeAsync(Test.Database, $"UPDATE {table} SET {column} = @tampered WHERE {Key(row)}", parameters);
    }

    private static string Key(IDictionary<string, object?> row) => string.Join(" AND ", KeyOf(row).Select(static k => $"{k} = @{k}"));

    private static string KeyValues(IDictionary<string, object?> row) => string.Join(" ", KeyOf(row).Select(k => Comparable(row[k])));

    /// <summary>The columns that name a row.</summary>
    private static IEnumerable<string> KeyOf(IDictionary<string, object?> row) =>
        row.Keys.Where(static k => k is "patient_id" or "seq" or "number" or "recipient" or "id" or "source" or "block");

    private static object? Comparable(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : value;

    private static byte[] Changed(byte[] bytes, Random random)
    {
        var copy = bytes.ToArray();
        switch (random.Next(3))
        {
            case 0:
                return copy[..^1];
            case 1:
                return [.. copy, 0];
            default:
                copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                return copy;
        }
    }

    private static string Changed(string text, Random random)
    {
        var at = random.Next(text.Length);
        return text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
    }
}

public sealed class TamperingOnSqlite(SqliteTestDatabase test) : TamperingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TamperingOnPostgres(PostgresTestDatabase test) : TamperingContract(test), IClassFixture<PostgresTestDatabase>;
