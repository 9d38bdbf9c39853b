using System.Buffers;
using System.Text;
using Dapper;
using Rapport.Data;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.AtRest;

/// <summary>
/// The database tells who has an account, which records there are, and when rows were written: nothing else. Somebody reads every column of every table without the key, knows the id and the name of everybody, and finds no row that
/// ties one of them to another. What may be found is written here, each with its reason, and in the threat model.
/// </summary>
public abstract class WhatTheDatabaseShowsContract : IAsyncLifetime
{
    private const string NameOfRecord = "patient: the name of the record";

    /// <summary>Where an id may stand.</summary>
    private static readonly Dictionary<string, string> MayStand = new()
    {
        // Who has an account, and how they sign in.
        ["person.person_id"] = "person: it is the account",
        ["sign_in_name.person_id"] = "person: found by the keyed hash of a name",
        ["sign_in_password.person_id"] = "person: that they have a password",
        ["sign_in_session.person_id"] = "person: that they are signed in",
        ["access_token.person_id"] = "person: that they have programs",
        ["passkey.person_id"] = "person: that they have passkeys",
        ["authenticator_app.person_id"] = "person: that they have a second step",
        ["recovery_code.person_id"] = "person: that they have codes for who lost the rest",
        ["organisation.organisation_id"] = "organisation: everybody signed in finds it in the directory",

        // Which records there are: a patient's id is the name of the record, which no row ties to an account.
        ["checkpoint.text"] = "patient: what is signed names the record, and is given to its patient as it is",
        ["compartment.patient_id"] = NameOfRecord,
        ["entry.patient_id"] = NameOfRecord,
        ["entry_part.patient_id"] = NameOfRecord,
        ["source.patient_id"] = NameOfRecord,
        ["provenance.patient_id"] = NameOfRecord,
        ["ledger.patient_id"] = NameOfRecord,
        ["checkpoint.patient_id"] = NameOfRecord,
        ["gathering_job.patient_id"] = NameOfRecord,
        ["told_shape.patient_id"] = NameOfRecord,
        ["sharing.patient_id"] = NameOfRecord,
        ["looker.patient_id"] = NameOfRecord,
        ["record_room.patient_id"] = NameOfRecord,
        ["health_link.patient_id"] = NameOfRecord,
        ["link_delivery.patient_id"] = NameOfRecord,
        ["link_delivery_part.patient_id"] = NameOfRecord,
        ["health_card.patient_id"] = NameOfRecord,
        ["live_device.patient_id"] = NameOfRecord,
        ["live_block.patient_id"] = NameOfRecord,
        ["prepared_visit.patient_id"] = NameOfRecord,
    };

    /// <summary>When something of an account happened: at that moment something happened to a record, too.</summary>
    private static readonly Dictionary<string, string> MayTellTime = new()
    {
        ["sign_in_session.last_used_at"] = "a session that is surely open or over is found by it, on every node; to the hour",
        ["sign_in_session.ends_at"] = "a session that is over is found by it; to the day",
        ["access_token.last_used_at"] = "its person sees which program still uses it; noted once an hour",
        ["access_token.expires_at"] = "a token that is over is found by it",
        ["recovery_code.ends_at"] = "a code that the operator gave ends",
    };

    /// <summary>What stands in two tables: nothing by which a person is joined with a record, an organisation or another person.</summary>
    private static readonly Dictionary<string, string> MayBeJoined = new()
    {
        ["person_id"] = "one account",
        ["patient_id"] = "one record",
        ["conversation_id"] = "one conversation: who is in it stands in no row in clear",
        ["file_id"] = "a file and its pieces",
        ["device_id"] = "a device and what it sent",
        ["delivery_id"] = "what came by a link and its parts",
        ["kid"] = "the key that signed a card: one for the whole installation",
        ["conversation_holder.holder conversation_news.holder"] = "somebody without a name: their news, and the number of the newest",
    };

    /// <summary>What nobody does here, because it takes a browser: how passkeys are stored is looked at where they are, and the key by which push services know the installation is nobody's.</summary>
    private static readonly string[] Empty = ["passkey", "passkey_answer", "push_key"];

    private RunningServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<RunningServer> MakeAsync();

    public async ValueTask InitializeAsync()
    {
        _server = await MakeAsync();
        await _server.InitializeAsync();
        await OneOfEverything.DoAsync(_server);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task No_row_ties_somebody_to_anybody_and_no_two_tables_are_joined()
    {
        var database = _server.Modules.Database;
        var known = await KnownAsync();
        var wanted = SearchValues.Create([.. known.Keys], StringComparison.OrdinalIgnoreCase);
        HashSet<string> found = [], empty = [];
        Dictionary<string, HashSet<string>> places = [];
        List<string> told = [];
        foreach (var table in await TablesOf.AllAsync(database, Cancel))
        {
            var cells = await TablesOf.CellsAsync(database, table, Cancel);
            if (cells.Count == 0)
            {
                empty.Add(table);
            }

            foreach (var cell in cells)
            {
                var (place, text) = ($"{table}.{cell.Column}", Encoding.Latin1.GetString(cell.Bytes));
                if (MayStand.ContainsKey(table + ".person_id") && cell.Column.EndsWith("_at", StringComparison.Ordinal) && !MayTellTime.ContainsKey(place))
                {
                    told.Add($"{place} tells a time of an account");
                }

                foreach (var what in text.AsSpan().ContainsAny(wanted) ? known.Where(one => text.Contains(one.Key, StringComparison.OrdinalIgnoreCase)).Select(static one => one.Value).Distinct() : [])
                {
                    if (MayStand.GetValueOrDefault(place)?.StartsWith(what + ":", StringComparison.Ordinal) == true)
                    {
                        found.Add(place);
                    }
                    else
                    {
                        told.Add($"{place} tells the {what}");
                    }
                }

                if (IsName(cell))
                {
                    (places.TryGetValue(text, out var at) ? at : places[text] = []).Add(place);
                }
            }
        }

        told.AddRange(places.Values.Where(static at => at.Select(static place => place.Split('.')[0]).Distinct().Count() > 1 && !MayBeJoinedBy(at)).Select(static at => $"joined: {string.Join(' ', at.Order())}"));
        Assert.True(told.Count == 0, string.Join('\n', told.Distinct().Order()));

        // The list is no longer than it must be, and no table was left out.
        Assert.DoesNotContain(MayStand.Keys.Except(found), place => !empty.Contains(place.Split('.')[0]));
        Assert.Equal(Empty, empty.Order());
    }

    /// <summary>Whether a value is long enough to name something: an id or a hash, and no number, time or word.</summary>
    private static bool IsName(StoredCell cell) => cell.Bytes.Length >= 13 && cell.Bytes.AsSpan().ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool MayBeJoinedBy(HashSet<string> places) =>
        MayBeJoined.ContainsKey(string.Join(' ', places.Order())) || places.Select(static place => place.Split('.')[1]).Distinct().ToList() is [var column] && MayBeJoined.ContainsKey(column);

    /// <summary>Everything that somebody may know: the ids of all, as text and as bytes, what they are called, and what was typed.</summary>
    private async Task<Dictionary<string, string>> KnownAsync()
    {
        var people = _server.Modules.People;
        Dictionary<string, string> known = new() { [OneOfEverything.Typed] = "text that was typed" };
        foreach (var id in await _server.Modules.Database.ReadAsync(c => c.QueryAsync<string>("SELECT person_id FROM person"), Cancel))
        {
            var person = (await people.Accounts.FindAsync(PersonId.Parse(id), Cancel))!;
            Add("person", id, person.Id.WriteBytes);
            Add("name", person.DisplayName);
            Add("name", person.SignInName);
            if (person.Record is { } record)
            {
                Add("patient", record.ToString(), record.WriteBytes);
            }
        }

        foreach (var organisation in await people.Directory.ListOrganisationsAsync(Cancel))
        {
            Add("organisation", organisation.Id.ToString(), organisation.Id.WriteBytes);
            Add("name", organisation.Name);
            organisation.Teams.ToList().ForEach(team => Add("name", team.Name));
        }

        // Shorter names are found by chance in what is sealed.
        Assert.True(known.Count(static one => one.Value == "name") > 15 && known.Count(static one => one.Value == "patient") > 5);
        return known;

        void Add(string what, string text, SpanWriter? write = null)
        {
            if (text.Length < 6)
            {
                return;
            }

            known[Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))] = what;
            if (write is not null)
            {
                var bytes = new byte[16];
                write(bytes);
                known[Encoding.Latin1.GetString(bytes)] = what;
            }
        }
    }

    private delegate void SpanWriter(Span<byte> target);
}

public sealed class WhatTheDatabaseShowsOnSqlite : WhatTheDatabaseShowsContract
{
    protected override Task<RunningServer> MakeAsync() => Task.FromResult(new RunningServer { Demo = true });
}

public sealed class WhatTheDatabaseShowsOnPostgres : WhatTheDatabaseShowsContract
{
    private readonly PostgresTestDatabase _database = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override async Task<RunningServer> MakeAsync()
    {
        await _database.InitializeAsync();
        return new RunningServer { Demo = true, Postgres = _database.ConnectionString };
    }
}
