package io.rangefinder.mutation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Drops, doubles, swaps and replaces words of a text: of code, of JSON, of headers. */
public final class WordMutator implements Mutator {

    private static final Pattern WORDS =
            Pattern.compile("[A-Za-z_]\\w*|\\d[\\w.]*|\"[^\"\n]*\"|'[^'\n]*'|[ \t]+|.|\n");

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-1",
                    "1",
                    "2",
                    "1.2.3",
                    "1e400",
                    "-0.0",
                    "1e-400",
                    "NaN",
                    "Infinity",
                    "9223372036854775807",
                    "9223372036854775808",
                    "99999999999999999999999",
                    "2147483648",
                    "4294967296",
                    "1000000",
                    "1.",
                    ".5",
                    "0x",
                    "0xfg",
                    "1e",
                    "1_0");

    private final List<String> odd;

    /** Words that are put in beside those of the text and numbers. */
    public WordMutator(String... odd) {
        this.odd = List.of(odd);
    }

    @Override
    public byte[] mutate(byte[] bytes, Random random) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORDS.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            words.add(matcher.group());
        }
        if (words.isEmpty()) {
            words.add("");
        }
        change(words, random);
        return String.join("", words).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void change(List<String> words, Random random) {
        int at = wordAt(words, random);
        int other = wordAt(words, random);
        int end = Math.min(words.size(), at + 1 + random.nextInt(6));
        switch (random.nextInt(8)) {
            case 0 -> words.remove(at);
            case 1 -> words.subList(at, end).clear();
            case 2 -> words.addAll(other, List.copyOf(words.subList(at, end)));
            case 3 -> Collections.swap(words, at, other);
            case 4 -> words.add(at, oneOf(odd.isEmpty() ? NUMBERS : odd, random));
            case 5 -> words.set(at, oneOf(odd.isEmpty() ? NUMBERS : odd, random));
            case 6 -> words.set(numberAt(words, at), oneOf(NUMBERS, random));
            default -> words.set(at, words.get(other));
        }
    }

    private static String oneOf(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }

    /** A place that is no space, if one is found soon. */
    private static int wordAt(List<String> words, Random random) {
        int at = 0;
        for (int i = 0; i < 5; i++) {
            at = random.nextInt(words.size());
            if (!words.get(at).isBlank()) {
                return at;
            }
        }
        return at;
    }

    private static int numberAt(List<String> words, int from) {
        for (int i = 0; i < words.size(); i++) {
            int at = (from + i) % words.size();
            if (!words.get(at).isEmpty() && Character.isDigit(words.get(at).charAt(0))) {
                return at;
            }
        }
        return from;
    }
}
