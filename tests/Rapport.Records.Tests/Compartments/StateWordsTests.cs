using System.Text;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records.Tests;

/// <summary>The index of words: made once for all who ask, without holding a thread, and brought forward by what is new alone.</summary>
public sealed class StateWordsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_first_searches_hold_no_thread_and_have_one_index_made()
    {
        var record = new SomeRecord();
        record.Add("pressure");
        record.Add("sugar");
        using var gate = new ManualResetEventSlim();
        record.Reading = () => gate.Wait(Cancel);
        var words = record.Words();

        // Each of these calls comes back while the only one that reads is held.
        var waiting = Enumerable.Range(0, 50).Select(_ => words.IndexAsync(static () => { })).ToList();
        Assert.All(waiting, static task => Assert.False(task.IsCompleted));
        gate.Set();
        Assert.All(await Task.WhenAll(waiting), made => Assert.Same(words.Known, made));
        Assert.Equal(2, record.Reads.Count);
    }

    [Fact]
    public async Task An_index_whose_making_failed_is_made_again()
    {
        var record = new SomeRecord();
        record.Add("pressure");
        record.Reading = static () => throw new InvalidDataException("a test");
        var words = record.Words();
        var after = new List<TextIndex?>();
        await Assert.ThrowsAsync<InvalidDataException>(() => words.IndexAsync(() => after.Add(words.Known)));
        Assert.Null(words.Known);

        record.Reading = static () => { };
        Assert.Equal(1, Count(record, await words.IndexAsync(() => after.Add(words.Known)), "press"));
        Assert.Same(words.Known, Assert.Single(after));
    }

    [Fact]
    public async Task A_state_after_one_whose_index_failed_reads_all_by_itself()
    {
        var record = new SomeRecord();
        record.Add("pressure");
        using var gate = new ManualResetEventSlim();
        record.Reading = () =>
        {
            gate.Wait(Cancel);
            throw new InvalidDataException("a test");
        };
        var failing = record.Words();
        var failed = failing.IndexAsync(static () => { });
        record.Add("sugar");
        var words = record.Words(failing);
        gate.Set();
        await Assert.ThrowsAsync<InvalidDataException>(() => failed);

        record.Reading = static () => { };
        Assert.Equal(1, Count(record, await words.IndexAsync(static () => { }), "press"));
    }

    [Fact]
    public async Task Who_gives_up_does_not_end_it_for_the_others()
    {
        var record = new SomeRecord();
        record.Add("pressure");
        using var gate = new ManualResetEventSlim();
        record.Reading = () => gate.Wait(Cancel);
        var words = record.Words();
        using var impatient = new CancellationTokenSource();
        var gaveUp = words.IndexAsync(static () => { }).WaitAsync(impatient.Token);
        var patient = words.IndexAsync(static () => { }).WaitAsync(Cancel);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        gate.Set();
        Assert.Equal(1, Count(record, await patient, "press"));
    }

    [Fact]
    public async Task A_change_while_the_index_is_made_has_only_what_is_new_read()
    {
        var record = new SomeRecord();
        record.Add("pressure");
        using var gate = new ManualResetEventSlim();
        record.Reading = () => gate.Wait(Cancel);
        var before = record.Words();
        var first = before.IndexAsync(static () => { });
        record.Add("sugar");
        var after = record.Words(before);
        var second = after.IndexAsync(static () => { });
        gate.Set();
        Assert.Equal((1, 0), (Count(record, await first, "press"), Count(record, await first, "sugar")));
        Assert.Equal((1, 1), (Count(record, await second, "press"), Count(record, await second, "sugar")));
        Assert.Equal([1, 2], record.Reads);
    }

    /// <summary>Every eighth change once had all entries opened anew.</summary>
    [Fact]
    public async Task Each_entry_is_opened_once_however_many_changes_come()
    {
        var record = new SomeRecord();
        StateWords? words = null;
        for (var i = 0; i < 300; i++)
        {
            record.Add($"common word{i}");
            words = record.Words(words);
            var made = await words.IndexAsync(static () => { });
            Assert.Equal((i + 1, 1), (Count(record, made, "common"), Count(record, made, $"word{i}")));
            Assert.InRange(made.Parts, 1, 10);
        }

        Assert.Equal(Enumerable.Range(1, 300), record.Reads);
    }

    [Fact]
    public async Task What_was_replaced_again_and_again_takes_no_more_memory()
    {
        var record = new SomeRecord();
        record.Add("the entry that stays");
        var entry = record.Add("one two three four");
        StateWords? words = null;
        var sizes = new List<long>();
        for (var i = 0; i < 500; i++)
        {
            record.Replace(entry, $"one two three four{i}");
            words = record.Words(words);
            sizes.Add((await words.IndexAsync(static () => { })).Bytes);
        }

        Assert.InRange(sizes.Max(), 1, 5 * sizes[0]);
    }

    [Fact]
    public async Task Brought_forward_it_finds_what_one_made_anew_finds()
    {
        string[] some = ["pressure", "presión", "sugar", "sleep", "calm", "river", "128.5", "press", "sug"];
        var random = new Lcg(7);
        var record = new SomeRecord();
        var ids = new List<LocalId>();
        StateWords? words = null;
        for (var round = 0; round < 60; round++)
        {
            for (var changes = random.Next(6); changes >= 0; changes--)
            {
                var text = string.Join(' ', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => some[random.Next(some.Length)]));
                if (ids.Count > 3 && random.Next(3) == 0)
                {
                    record.Replace(ids[random.Next(ids.Count)], text);
                }
                else
                {
                    ids.Add(record.Add(text));
                }
            }

            words = record.Words(words);
            var forward = await words.IndexAsync(static () => { });
            var anew = await record.Words().IndexAsync(static () => { });
            Assert.All(some, word => Assert.Equal(Found(record, anew, word), Found(record, forward, word)));
        }
    }

    private static int Count(SomeRecord record, TextIndex index, string text) => Found(record, index, text).Count();

    private static IEnumerable<int> Found(SomeRecord record, TextIndex index, string text) =>
        index.Matching(record.Index.Count, TextCriterion.Of(text)!).And(record.Index.Current).ToArray();

    /// <summary>The same numbers each time.</summary>
    private sealed class Lcg(uint seed)
    {
        private uint _state = seed;

        internal int Next(int below)
        {
            _state = (_state * 1664525) + 1013904223;
            return (int)((_state >> 8) % (uint)below);
        }
    }

    /// <summary>Entries with texts, and which of them were opened.</summary>
    private sealed class SomeRecord
    {
        private readonly PatientId _patient = PatientId.New();
        private readonly List<Resource> _resources = [];

        internal SomeRecord() => Put(default, 1, "\"resourceType\":\"Patient\"");

        internal CompartmentIndex Index { get; private set; } = null!;

        internal List<int> Reads { get; } = [];

        internal Action Reading { get; set; } = static () => { };

        internal LocalId Add(string text)
        {
            var local = LocalId.New();
            Put(local, 1, Elements(text));
            return local;
        }

        internal void Replace(LocalId local, string text) => Put(local, _resources.Count, Elements(text));

        internal StateWords Words(StateWords? earlier = null)
        {
            var index = Index;
            return new(index, Read, earlier);
        }

        private static string Elements(string text) => $$"""
            "resourceType":"Basic","code":{"text":"{{text}}"}
            """;

        private Resource Read(int row)
        {
            if (row > 0)
            {
                Reading();
                Reads.Add(row);
            }

            return _resources[row];
        }

        private void Put(LocalId local, int version, string elements)
        {
            var id = local == default ? _patient.ToString() : $"{_patient}.{local}";
            _resources.Add(Resource.Read(Encoding.UTF8.GetBytes($"{{{elements},\"id\":\"{id}\"}}")));
            var builder = new IndexBuilder(_patient, Index);
            builder.Add(_resources[^1], new EntryHeader(local, version, 0, 0, 0, false), 0);
            Index = builder.Build();
        }
    }
}
