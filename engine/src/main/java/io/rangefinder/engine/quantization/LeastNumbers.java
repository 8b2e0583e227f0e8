package io.rangefinder.engine.quantization;

/**
 * The least of the numbers that it is given, in no order: a heap with the largest of them on top.
 * Sorting all for the sake of a few took most of the time of quantizing. Not safe for use from
 * several threads.
 */
final class LeastNumbers {

    private final long[] heap;
    private int size;

    /** Keeps as many, at least one. */
    LeastNumbers(int most) {
        heap = new long[most];
    }

    void add(long number) {
        if (size < heap.length) {
            rise(size++, number);
        } else if (number < heap[0]) {
            sink(number);
        }
    }

    int size() {
        return size;
    }

    /** One of those kept, from 0. */
    long get(int index) {
        return heap[index];
    }

    private void rise(int from, long number) {
        int at = from;
        while (at > 0 && heap[(at - 1) / 2] < number) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = number;
    }

    /** Puts a number in the place of the largest. */
    private void sink(long number) {
        int at = 0;
        while (2 * at + 1 < size) {
            int larger = 2 * at + 1;
            if (larger + 1 < size && heap[larger + 1] > heap[larger]) {
                larger++;
            }
            if (heap[larger] <= number) {
                break;
            }
            heap[at] = heap[larger];
            at = larger;
        }
        heap[at] = number;
    }
}
