using System.Net;
using System.Numerics;
using Rapport.Server.Outbound;

namespace Rapport.Server.Tests.Outbound;

/// <summary>Which addresses are public: every block of IANA's registries, their edges, and chance, held against a rule written another way.</summary>
public sealed class PublicAddressTests
{
    /// <summary>The registries of special-purpose addresses, as of 2025-10: every row.</summary>
    private static readonly string[] Registry =
    [
        "0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32",
        "192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32",
        "::1/128", "::/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32",
        "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
    ];

    /// <summary>Not in the registries: multicast, the metadata of clouds, and what is given out to nobody.</summary>
    private static readonly string[] Others =
        ["224.0.0.0/4", "168.63.129.16/32", "ff00::/8", "fec0::/10", "::/96", "::ffff:0:0:0/96", "4000::/2", "8000::/1", "1000::/4", "200::/7"];

    public static TheoryData<string> Blocks { get; } = [.. Registry, .. Others];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void NoAddressOfASpecialBlockIsPublic(string block)
    {
        var (first, last) = Ends(block);
        Assert.False(PublicAddress.Is(first), $"{first}");
        Assert.False(PublicAddress.Is(last), $"{last}");
        Assert.False(PublicAddress.Is(Between(first, last, 0.37)), "one between");
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.167.255.255")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2001:200::")]
    [InlineData("2001:db7:ffff::1")]
    [InlineData("2001:db9::1")]
    [InlineData("2003::1")]
    [InlineData("3fff:1000::1")]
    [InlineData("64:ff9b::808:808")]
    public void AddressesBesideTheReservedOnesArePublic(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("168.63.129.16")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::808:808")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("fe80::1%2")]
    public void WhatHidesAnAddressWithinIsNot(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Fact]
    public void ByChanceItAgreesWithARuleWrittenAnotherWay()
    {
        var random = new Random(20261122);
        (BigInteger First, BigInteger Last, bool IsLong)[] model = [.. Registry.Concat(Others).Concat(["0::/3"]).Select(block => (Number(Ends(block).First), Number(Ends(block).Last), block.Contains(':')))];
        var (seen, edges) = (new HashSet<bool>(), model.SelectMany(block => new[] { (block.First, block.IsLong), (block.Last, block.IsLong), (block.First - 1, block.IsLong), (block.Last + 1, block.IsLong) }).ToArray());
        for (var i = 0; i < 100_000; i++)
        {
            var (number, isLong) = i < edges.Length ? edges[i] : Chance(random, i);
            var length = isLong ? 16 : 4;
            if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > length)
            {
                continue;
            }

            var expected = Expected(number, isLong, model);
            Assert.True(expected == PublicAddress.Is(Address(number, length)), $"{Address(number, length)} should {(expected ? "" : "not ")}be public");
            seen.Add(expected);
        }

        Assert.Equal(2, seen.Count);
    }

    private static bool Expected(BigInteger number, bool isLong, (BigInteger First, BigInteger Last, bool IsLong)[] model)
    {
        var translated = Number(IPAddress.Parse("64:ff9b::"));
        return isLong && number >= translated && number - translated < BigInteger.Pow(2, 32)
            ? Expected(number - translated, false, model)
            : !model.Any(block => block.IsLong == isLong && number >= block.First && number <= block.Last);
    }

    private static (BigInteger, bool) Chance(Random random, int i)
    {
        var bytes = new byte[i % 2 == 0 ? 4 : 16];
        random.NextBytes(bytes);
        if (bytes.Length == 16 && i % 3 != 0)
        {
            // Most of the space is nobody's: look more at where addresses are.
            bytes[0] = (byte)(0x20 | (bytes[0] & 0x1F));
            (bytes[0], bytes[1]) = i % 4 == 1 ? ((byte)0x20, (byte)(bytes[1] & 3)) : (bytes[0], bytes[1]);
        }
        else if (bytes.Length == 16)
        {
            // Addresses that hold another one: translated, and mapped.
            (i % 5 == 0 ? new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF } : [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]).CopyTo(bytes, 0);
        }

        return (new BigInteger(bytes, isUnsigned: true, isBigEndian: true), bytes.Length == 16);
    }

    private static (IPAddress First, IPAddress Last) Ends(string block)
    {
        var parts = block.Split('/');
        var first = IPAddress.Parse(parts[0]);
        var length = first.GetAddressBytes().Length;
        var size = BigInteger.Pow(2, (length * 8) - int.Parse(parts[1], null));
        return (first, Address(Number(first) + size - 1, length));
    }

    private static IPAddress Between(IPAddress first, IPAddress last, double share) =>
        Address(Number(first) + ((Number(last) - Number(first)) * (int)(share * 1000) / 1000), first.GetAddressBytes().Length);

    private static BigInteger Number(IPAddress address) => new(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);

    private static IPAddress Address(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new IPAddress([.. new byte[length - bytes.Length], .. bytes]);
    }
}
