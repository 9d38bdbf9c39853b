using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>
/// Whatever four sources tell of a person, in whichever order, again and otherwise, and whichever of them are taken back: the record says what the newest word of each says, and nothing else. The model is written
/// without the code that it checks.
/// </summary>
public sealed class PatientOfSeveralSourcesModel(SqliteTestDatabase test) : GatheringTest(test)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task The_record_says_what_the_newest_word_of_each_source_says(int seed)
    {
        var model = new Model(await NewRecordAsync(), new Random(seed));
        for (var step = 0; step < 30; step++)
        {
            Tick();
            var did = await model.StepAsync();
            await model.CheckAsync($"seed {seed}, step {step}: {did}");
        }

        await model.Record.VerifyAsync();
    }

    private sealed class Model(TestRecord record, Random random)
    {
        private static readonly string[] Lists = ["telecom", "contact", "communication"];

        // Of each word the source that brought it, and those that said it again beside something new.
        private readonly List<(int Who, string Said, List<long> Sources)> _words = [];
        private readonly HashSet<long> _gone = [];
        private int _observations;

        internal TestRecord Record => record;

        internal async Task<string> StepAsync()
        {
            var standing = _words.Where(Stands).ToList();
            if (standing.Count > 0 && random.Next(5) == 0)
            {
                var sources = standing[random.Next(standing.Count)].Sources.Where(source => !_gone.Contains(source)).ToList();
                var source = sources[random.Next(sources.Count)];
                _gone.Add(source);
                Assert.NotNull(await SourceRemoval.TakeBackAsync(record.Own, source, TestContext.Current.CancellationToken));
                return $"took back {source}";
            }

            var who = random.Next(4);
            var before = standing.FindLast(word => word.Who == who).Said;
            var said = before is not null && random.Next(3) == 0 ? before : Word(who);
            var isBesideOther = random.Next(2) == 0;
            var patient = JsonNode.Parse(said)!.AsObject();
            var result = await record.ImportAsync(isBesideOther ? Make.Collection(patient, Make.Observation($"o{_observations++}", $"Patient/p{who}")) : patient);
            Assert.Equal(said == before && !isBesideOther ? ImportStatus.NothingNew : ImportStatus.Taken, result.Status);
            if (said == before && result.Source is { } again)
            {
                standing.FindLast(word => word.Who == who).Sources.Add(again);
            }
            else if (result.Source is { } number)
            {
                _words.Add((who, said, [number]));
            }

            return $"{who} said {said} by {result.Source}";
        }

        internal async Task CheckAsync(string what)
        {
            var patient = Assert.Single(await record.ReadAsync("Patient"));
            var words = _words.Where(Stands).GroupBy(static word => word.Who).Select(static of => of.Last()).OrderByDescending(_words.IndexOf).Select(static word => JsonElement.Parse(word.Said)).ToList();
            foreach (var name in (string[])["gender", "birthDate", "name"])
            {
                var expected = words.Where(word => word.TryGetProperty(name, out _)).Select(word => word.GetProperty(name).GetRawText()).FirstOrDefault();
                Assert.True(expected == (patient.TryGetProperty(name, out var there) ? there.GetRawText() : null), $"{what}: {name}");
            }

            foreach (var name in Lists)
            {
                var expected = words.SelectMany(word => Items(word, name)).Distinct().ToList();
                Assert.True(expected.SequenceEqual(Items(patient, name)), $"{what}: {name} is {string.Join(' ', Items(patient, name))}, not {string.Join(' ', expected)}");
            }

            Assert.Equal(words.Count, Items(patient, "identifier").Count(static item => item.Contains("example/mrn", StringComparison.Ordinal)));
        }

        private bool Stands((int Who, string Said, List<long> Sources) word) => word.Sources.Exists(source => !_gone.Contains(source));

        private static List<string> Items(JsonElement patient, string name) => patient.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(static item => item.GetRawText())] : [];

        private string Word(int who)
        {
            var patient = Make.Patient($"p{who}", random.Next(6) == 0 ? "Maya Ortiz-Lee" : "Maya Ortiz", random.Next(4) == 0 ? null : "1980-02-01", ($"https://{who}.example/mrn", $"{who}"));
            if (random.Next(2) == 0)
            {
                patient["gender"] = random.Next(2) == 0 ? "female" : "other";
            }

            Put("telecom", static number => new JsonObject { ["system"] = "phone", ["value"] = $"+1 555 010{number}" });
            Put("contact", static number => new JsonObject { ["name"] = new JsonObject { ["text"] = $"Sofia {number}" } });
            Put("communication", static number => new JsonObject { ["language"] = new JsonObject { ["text"] = $"language {number}" } });
            return patient.ToJsonString();

            void Put(string name, Func<int, JsonObject> make)
            {
                var chosen = Enumerable.Range(0, 4).Where(_ => random.Next(3) == 0).Select(make).ToArray();
                if (chosen.Length > 0)
                {
                    patient[name] = new JsonArray([.. chosen]);
                }
            }
        }
    }
}
