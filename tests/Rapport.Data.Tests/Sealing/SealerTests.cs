using System.Security.Cryptography;
using System.Text;

namespace Rapport.Data.Tests;

public sealed class SealerTests
{
    private static readonly Place s_place = new("table", 7, 3);

    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 255, 4096, 100_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_sealed_opens_in_its_place(int length)
    {
        using var sealer = NewSealer();
        byte[] plain = RandomNumberGenerator.GetBytes(length);
        byte[] sealedValue = sealer.Seal(s_place, plain);
        Assert.Equal(length + Sealer.Overhead, sealedValue.Length);
        Assert.Equal(plain, sealer.Open(s_place, sealedValue));
        byte[] target = new byte[length];
        sealer.Open(s_place, sealedValue, target);
        Assert.Equal(plain, target);
    }

    [Fact]
    public void The_same_text_is_never_sealed_to_the_same_bytes()
    {
        using var sealer = NewSealer();
        byte[][] values = [.. Enumerable.Range(0, 1000).Select(_ => sealer.Seal(s_place, "the same"u8))];
        Assert.Equal(1000, values.Select(static v => Convert.ToHexString(v.AsSpan(0, 12))).Distinct().Count());
    }

    [Fact]
    public void Any_flipped_bit_is_found()
    {
        using var sealer = NewSealer();
        byte[] sealedValue = sealer.Seal(s_place, RandomNumberGenerator.GetBytes(100));
        for (var bit = 0; bit < sealedValue.Length * 8; bit++)
        {
            sealedValue[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, sealedValue));
            sealedValue[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        sealer.Open(s_place, sealedValue);
    }

    [Fact]
    public void Any_other_length_is_found()
    {
        using var sealer = NewSealer();
        byte[] sealedValue = sealer.Seal(s_place, "a value"u8);
        for (var length = 0; length < sealedValue.Length; length++)
        {
            Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, sealedValue.AsSpan(0, length)));
            Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, sealedValue.AsSpan(sealedValue.Length - length)));
        }

        Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, [.. sealedValue, 0]));
        Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, sealedValue, new byte[6]));
        Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, sealedValue, new byte[8]));
    }

    [Fact]
    public void A_value_opens_in_no_other_place()
    {
        using var sealer = NewSealer();
        byte[] sealedValue = sealer.Seal(s_place, "a value"u8);
        Place[] others =
        [
            s_place with { Table = "tablf" }, s_place with { Table = "tabl" }, s_place with { Table = "table1" }, s_place with { Table = "" },
            .. Enumerable.Range(0, 128).Select(static bit => s_place with { Owner = s_place.Owner ^ (UInt128.One << bit) }),
            .. Enumerable.Range(0, 64).Select(static bit => s_place with { Number = s_place.Number ^ (1L << bit) }),
        ];
        foreach (Place other in others)
        {
            Assert.Throws<SealBrokenException>(() => sealer.Open(other, sealedValue));
        }
    }

    [Fact]
    public void A_value_opens_with_no_other_key()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        using var sealer = new Sealer(key);
        byte[] sealedValue = sealer.Seal(s_place, "a value"u8);
        for (var bit = 0; bit < 256; bit++)
        {
            key[bit / 8] ^= (byte)(1 << (bit % 8));
            using var other = new Sealer(key);
            Assert.Throws<SealBrokenException>(() => other.Open(s_place, sealedValue));
            key[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void What_does_not_open_tells_where_and_nothing_else()
    {
        using var sealer = NewSealer();
        SealBrokenException broken = Assert.Throws<SealBrokenException>(() => sealer.Open(s_place, new byte[40]));
        Assert.Equal("a sealed value in `table` number 3 does not open: the row was changed or moved, or the key is another one", broken.Message);
        Assert.Null(broken.InnerException);
    }

    [Fact]
    public void A_place_says_whose_it_is()
    {
        PatientId patient = PatientId.New();
        PersonId person = PersonId.Parse(patient.ToString());
        Assert.Equal(Place.Of("t", patient, 1), Place.Of("t", person, 1));
        Assert.Equal(Place.Of("t", patient, 1), Place.Of("t", OrganisationId.Parse(patient.ToString()), 1));
        Assert.NotEqual(Place.Of("t", patient, 1), Place.Of("t", PatientId.New(), 1));
    }

    [Fact]
    public async Task Many_threads_may_use_one_sealer()
    {
        using var sealer = NewSealer();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                Place place = s_place with { Number = i };
                byte[] plain = Encoding.UTF8.GetBytes($"{thread} {i}");
                Assert.Equal(plain, sealer.Open(place, sealer.Seal(place, plain)));
            }
        })));
    }

    [Fact]
    public void A_forgotten_key_opens_nothing()
    {
        Sealer sealer = NewSealer();
        byte[] sealedValue = sealer.Seal(s_place, "a value"u8);
        sealer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => sealer.Open(s_place, sealedValue));
        Assert.Throws<ObjectDisposedException>(() => sealer.Seal(s_place, "a value"u8));
        sealer.Dispose();
    }

    [Fact]
    public async Task A_key_forgotten_while_it_is_in_use_opens_nothing_afterwards()
    {
        for (var round = 0; round < 30; round++)
        {
            Sealer sealer = NewSealer();
            byte[] sealedValue = sealer.Seal(s_place, "a value"u8);
            using var inUse = new SemaphoreSlim(0);
            using var stop = new CancellationTokenSource();
            Task[] users = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                inUse.Release();
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        Assert.Equal("a value"u8.ToArray(), sealer.Open(s_place, sealedValue));
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                }
            }))];
            await inUse.WaitAsync(TestContext.Current.CancellationToken);
            sealer.Dispose();
            await stop.CancelAsync();
            await Task.WhenAll(users);
            Assert.Throws<ObjectDisposedException>(() => sealer.Open(s_place, sealedValue));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_key_has_32_bytes(int length) => Assert.Throws<ArgumentException>(() => new Sealer(new byte[length]));

    private static Sealer NewSealer() => new(RandomNumberGenerator.GetBytes(32));
}
